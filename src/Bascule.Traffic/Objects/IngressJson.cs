using System.Text.Json.Nodes;

namespace Bascule.Traffic.Objects;

/// <summary>Reads Ingresses. Rules without <c>http</c> and backends that are no Services are none of ours.</summary>
internal static class IngressJson
{
    /// <summary>The rules of an Ingress.</summary>
    public static IEnumerable<JsonObject> RulesOf(JsonObject ingress) => ingress.ObjectAt("spec").ObjectsAt("rules");

    /// <summary>The paths of a rule.</summary>
    public static IEnumerable<JsonObject> PathsOf(JsonObject rule) => rule.ObjectAt("http").ObjectsAt("paths");

    /// <summary>The Service that a path leads to; null for none.</summary>
    public static string? ServiceOf(JsonObject path) => path.ObjectAt("backend").ObjectAt("service").TextAt("name");

    /// <summary>True when a path of the Ingress leads to a Service.</summary>
    public static bool LeadsTo(JsonObject ingress, string service) => RulesOf(ingress).SelectMany(PathsOf).Any(p => ServiceOf(p) == service);

    /// <summary>The Services that the Ingress leads to.</summary>
    public static IEnumerable<string> ServicesOf(JsonObject ingress) => RulesOf(ingress).SelectMany(PathsOf).Select(ServiceOf).OfType<string>().Distinct();
}
