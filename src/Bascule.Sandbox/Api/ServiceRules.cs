using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>A service keeps its cluster address for life.</summary>
internal sealed class ServiceRules : KindRules
{
    public override void Create(JsonObject obj, RuleContext context) => obj["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override void Update(JsonObject next, JsonObject old, RuleContext context)
    {
        var (spec, before) = (next.Object("spec"), old.Object("spec"));
        if (spec is null || before is null)
            return;

        // A client that applies its own manifest names neither address nor ports: it keeps what it was given.
        if (spec.String("clusterIP") is null or "" && before.String("clusterIP") is { Length: > 0 } address && spec.String("type") != "ExternalName")
        {
            spec["clusterIP"] = address;
            spec["clusterIPs"] = before["clusterIPs"]?.DeepClone();
        }

        foreach (var port in (spec.Array("ports") ?? []).OfType<JsonObject>().Where(p => p["nodePort"] is null))
        {
            var same = (before.Array("ports") ?? []).OfType<JsonObject>().FirstOrDefault(p =>
                JsonNode.DeepEquals(p["port"], port["port"]) && JsonNode.DeepEquals(p["protocol"] ?? "TCP", port["protocol"] ?? "TCP"));
            if (same?["nodePort"] is { } number && spec.String("type") is "NodePort" or "LoadBalancer")
                port["nodePort"] = same!["nodePort"]!.DeepClone();
        }
    }

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        var (spec, before) = (next.Object("spec"), old.Object("spec"));
        if (before.String("clusterIP") is { Length: > 0 } address && spec.String("type") != "ExternalName" && spec.String("clusterIP") != address)
            yield return FieldError.Invalid("spec.clusterIPs[0]", new JsonArray(spec?["clusterIP"]?.DeepClone()), "may not change once set");
    }
}
