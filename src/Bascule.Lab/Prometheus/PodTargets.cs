using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Lab.Prometheus;

/// <summary>
/// The pods of a cluster as a target file for Prometheus, under the <c>__meta_kubernetes_pod_*</c> labels that its own
/// Kubernetes discovery uses, so that relabelling rules are the same with either.
/// </summary>
public sealed class PodTargets(string directory)
{
    /// <summary>The file's name in the directory.</summary>
    internal const string FileName = "targets.json";

    // Guards the last text written.
    private readonly Lock _gate = new();
    private string _written = "";

    /// <summary>Replaces the targets; does nothing when they are those written before. Prometheus notices by itself.</summary>
    /// <param name="pods">All pods that may be scraped; those without an address are left out.</param>
    /// <param name="others">What else has metrics, by the name of the application.</param>
    public void Write(IEnumerable<KubeObject> pods, ImmutableSortedDictionary<string, Uri> others)
    {
        var text = new JsonArray([.. others.Select(o => Target(o.Key, o.Value)), .. pods.Where(p => Status(p, "podIP").Length > 0).OrderBy(p => p.Key.ToString(), StringComparer.Ordinal).Select(Target)]).ToJsonString();
        lock (_gate)
        {
            if (text == _written)
                return;

            // Renamed into place: Prometheus reads at any moment and must never see half a file.
            var path = Path.Combine(directory, FileName);
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
            _written = text;
        }
    }

    /// <summary>As a pod of that application would stand there.</summary>
    private static JsonObject Target(string app, Uri at) => new()
    {
        ["targets"] = new JsonArray(at.Authority),
        ["labels"] = new JsonObject { ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"] = "true", ["__meta_kubernetes_pod_label_app"] = app },
    };

    private static JsonObject Target(KubeObject pod)
    {
        var labels = new JsonObject
        {
            ["__meta_kubernetes_namespace"] = pod.Namespace,
            ["__meta_kubernetes_pod_name"] = pod.Name,
            ["__meta_kubernetes_pod_ip"] = Status(pod, "podIP"),
            ["__meta_kubernetes_pod_phase"] = Status(pod, "phase"),
        };
        foreach (var (key, value) in pod.Labels)
            labels[$"__meta_kubernetes_pod_label_{Sanitized(key)}"] = value;
        foreach (var (key, value) in pod.Annotations)
            labels[$"__meta_kubernetes_pod_annotation_{Sanitized(key)}"] = value;
        return new JsonObject { ["targets"] = new JsonArray(Status(pod, "podIP")), ["labels"] = labels };
    }

    private static string Status(KubeObject pod, string field) =>
        pod.Root.TryGetProperty("status", out var status) && status.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    private static string Sanitized(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
