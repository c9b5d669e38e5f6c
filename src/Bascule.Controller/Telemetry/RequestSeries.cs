using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>
/// Requests to the API (PM-26). Only objects whose end is seen are counted by name: of others, pods among them, new names
/// would come for ever.
/// </summary>
/// <param name="named">The kinds whose objects are counted by name.</param>
internal sealed class RequestSeries(ImmutableArray<ResourceType> named)
{
    private readonly Series<(string Verb, ResourceType Type, ObjectKey Key, HttpStatusCode Code), Count> _counts =
        new(() => new Count(), labels => (labels.Type, labels.Key));

    /// <summary>Counts a request.</summary>
    /// <param name="verb">What was asked, such as <c>Patch</c>.</param>
    /// <param name="type">Of which kind.</param>
    /// <param name="key">Of which object; without a name for all.</param>
    /// <param name="code">What was answered.</param>
    public void Count(string verb, ResourceType type, ObjectKey key, HttpStatusCode code) =>
        _counts.Of((verb, type, named.Contains(type) ? key : key with { Name = "" }, code)).Increment();

    /// <summary>Drops the counts about some objects.</summary>
    public void Drop(IReadOnlySet<(ResourceType Type, ObjectKey Key)> gone) => _counts.Drop(gone);

    /// <summary>Writes them.</summary>
    public void Write(MetricsText text)
    {
        text.Metric("controller_clientset_k8s_request_total", "counter", "Requests to the Kubernetes API.");
        foreach (var (labels, value) in _counts.All)
        {
            text.Value(
                value.Value,
                ("kind", labels.Type.Plural),
                ("namespace", labels.Key.Namespace ?? ""),
                ("name", labels.Key.Name.Length > 0 ? labels.Key.Name : "N/A"),
                ("verb", labels.Verb),
                ("status_code", ((int)labels.Code).ToString(CultureInfo.InvariantCulture)));
        }
    }
}
