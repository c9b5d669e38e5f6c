using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>Workloads show an empty status before their controller writes one, and some of their fields never change.</summary>
/// <param name="fixedFields">Paths below the object that may not change once set.</param>
internal sealed class WorkloadRules(string[] fixedFields) : KindRules
{
    public override void Create(JsonObject obj, RuleContext context) => obj["status"] = new JsonObject();

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        if (old is null)
            yield break;
        foreach (var path in fixedFields)
        {
            var found = Find(next, path);
            if (!JsonNode.DeepEquals(found, Find(old, path)))
                yield return FieldError.Invalid(path, found?.DeepClone(), "field is immutable");
        }
    }

    private static JsonNode? Find(JsonObject obj, string path) => path.Split('.').Aggregate((JsonNode?)obj, (node, step) => (node as JsonObject)?[step]);
}
