using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Nginx;

/// <summary>What the canary Ingress beside an Ingress of the stable version should hold (TR-NGX-02 to TR-NGX-07).</summary>
/// <param name="rollout">The Rollout; it names the Ingress.</param>
/// <param name="plan">The shares.</param>
/// <param name="stable">The Ingress of the stable version.</param>
internal sealed class CanaryIngress(Rollout rollout, TrafficPlan plan, KubeObject stable)
{
    private const string Suffix = "-canary";

    /// <summary>The most that the API takes.</summary>
    private const int LongestName = 253;

    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private readonly NginxRouting _nginx = rollout.Spec.Canary!.TrafficRouting!.Nginx!;

    /// <summary>TR-NGX-02: the end of a name that is too long is cut, never the suffix.</summary>
    public static string NameOf(Rollout rollout, string stableName)
    {
        var name = $"{rollout.Name}-{stableName}";
        return (name.Length > LongestName - Suffix.Length ? name[..(LongestName - Suffix.Length)] : name) + Suffix;
    }

    /// <summary>Makes the annotations and the spec as they should be. Labels and annotations of others stay.</summary>
    /// <exception cref="TrafficRoutingException">The stable version's Ingress does not lead to its Service.</exception>
    public void Write(JsonObject canary)
    {
        canary["spec"] = Spec();

        var present = canary.Child("metadata").Child("annotations");
        var wanted = Annotations();

        // One that was written for an earlier maxTrafficWeight would turn the weight into another share.
        if (!wanted.ContainsKey(Prefixed("canary-weight-total")))
            present.Remove(Prefixed("canary-weight-total"));
        foreach (var (name, value) in wanted)
            present.SetText(name, value);
    }

    private JsonObject Spec()
    {
        var from = stable.ToNode();
        var spec = new JsonObject();
        foreach (var field in (string[])["ingressClassName", "tls"])
        {
            if (from.ObjectAt("spec")?[field] is { } value)
                spec[field] = value.DeepClone();
        }

        spec["rules"] = new JsonArray([.. Rules(from)]);
        return spec;
    }

    /// <summary>TR-NGX-04: the rules that lead to the stable Service, leading to the canary's.</summary>
    private List<JsonObject> Rules(JsonObject from)
    {
        var services = rollout.Spec.Canary!;
        var rules = IngressJson.RulesOf(from).Where(rule => IngressJson.PathsOf(rule).Any(LeadsToStable)).Select(rule => (JsonObject)rule.DeepClone()).ToList();
        if (rules.Count == 0)
        {
            throw new TrafficRoutingException(
                $"ingress `{stable.Name}` has no rules using service {services.StableService} backend: it leads to {Listed.Of(IngressJson.ServicesOf(from))}");
        }

        foreach (var path in rules.SelectMany(IngressJson.PathsOf).Where(LeadsToStable))
            path["backend"]!["service"]!["name"] = services.CanaryService;
        return rules;

        bool LeadsToStable(JsonObject path) => IngressJson.ServiceOf(path) == services.StableService;
    }

    /// <summary>TR-NGX-05 to TR-NGX-07: what the user says goes before what is copied, and what we say before both.</summary>
    private SortedDictionary<string, string> Annotations()
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (stable.Annotations.TryGetValue(ClassAnnotation, out var ingressClass))
            annotations[ClassAnnotation] = ingressClass;
        foreach (var (name, value) in _nginx.AdditionalIngressAnnotations)
            annotations[name.StartsWith(_nginx.AnnotationPrefix, StringComparison.Ordinal) ? name : Prefixed(name)] = value;
        foreach (var (name, value) in _nginx.CanaryIngressAnnotations)
            annotations[name] = value;

        annotations[Prefixed("canary")] = "true";
        annotations[Prefixed("canary-weight")] = plan.Canary.Weight.ToString(CultureInfo.InvariantCulture);
        if (rollout.Spec.Canary!.TrafficRouting!.MaxTrafficWeight is not null)
            annotations[Prefixed("canary-weight-total")] = plan.FullWeight.ToString(CultureInfo.InvariantCulture);
        return annotations;
    }

    private string Prefixed(string name) => $"{_nginx.AnnotationPrefix}/{name}";
}
