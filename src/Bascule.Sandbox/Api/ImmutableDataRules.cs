using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>Config maps and secrets marked immutable stay so; a secret's stringData becomes data.</summary>
internal sealed class ImmutableDataRules : KindRules
{
    private static readonly string[] s_data = ["data", "binaryData"];

    public override void Create(JsonObject obj, RuleContext context) => Encode(obj);

    public override void Update(JsonObject next, JsonObject old, RuleContext context) => Encode(next);

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        if (next.String("kind") == "Secret" && old is not null && next.String("type") != old.String("type"))
            yield return FieldError.Invalid("type", next["type"]?.DeepClone(), "field is immutable");
        if (old.Boolean("immutable") != true)
            yield break;
        if (next.Boolean("immutable") != true)
            yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        foreach (var field in s_data)
        {
            if (!JsonNode.DeepEquals(next[field], old![field]))
                yield return FieldError.Forbidden(field, "field is immutable when `immutable` is set");
        }
    }

    private static void Encode(JsonObject obj)
    {
        if (obj.String("kind") != "Secret")
            return;
        if (obj["type"] is null)
            obj["type"] = "Opaque";
        if (obj["stringData"] is not JsonObject plain)
            return;
        if (obj["data"] is not JsonObject data)
            obj["data"] = data = [];
        foreach (var (name, value) in plain)
            data[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
        obj.Remove("stringData");
    }
}
