using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    private static readonly StorageKey s_budgets = new("policy", "poddisruptionbudgets");

    /// <summary>Deletes a pod unless a disruption budget forbids it.</summary>
    internal DeleteOutcome Evict(ServedResource resource, ObjectKey key, DeleteRequest request)
    {
        var pod = Get(resource, key);
        foreach (var budget in Store.Current.Read(s_budgets, key.Namespace).Select(b => b.ToNode()))
        {
            if (!SelectorMatches(budget.Object("spec").Object("selector"), pod) || budget.Object("status").Integer("disruptionsAllowed") is > 0)
                continue;
            var name = MetadataRules.Of(budget).String("name");
            throw ApiErrors.TooManyRequests(
                "Cannot evict pod as it would violate the pod's disruption budget.",
                new() { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = $"The disruption budget {name} allows no disruption now" }) });
        }

        return Delete(resource, key, request);
    }

    private static bool SelectorMatches(JsonObject? selector, StoredObject pod) =>
        selector.Object("matchLabels") is { Count: > 0 } labels && labels.All(l => pod.Label(l.Key) == l.Value?.GetValue<string>());
}
