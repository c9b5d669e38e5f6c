using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>
/// Ingresses of the AWS load balancer controller: everybody goes to the stable Service again, and routes that steps have set are
/// gone (TR-ALB-24, GC-11). The incumbent does nothing at all where the rules name a root Service, or a route was left.
/// </summary>
/// <param name="types">In which versions.</param>
internal sealed class ManagedAlbIngresses(RoutingTypes types) : ManagedObjects
{
    private const string Action = "/actions.";
    private const string Condition = "/conditions.";

    /// <inheritdoc/>
    public override ResourceType Type => types.Ingresses;

    /// <inheritdoc/>
    public override IEnumerable<string> NamedBy(Rollout rollout) => rollout.Spec.Canary?.TrafficRouting?.Alb?.All ?? [];

    /// <inheritdoc/>
    public override IEnumerable<string> ManagersOf(KubeObject found) => AlbBookkeeping.RolloutsIn(found);

    /// <inheritdoc/>
    protected override JsonObject Without(KubeObject found, IReadOnlyCollection<string> rollouts)
    {
        var after = found.ToNode();
        var annotations = after.Child("metadata").Child("annotations");
        foreach (var rollout in rollouts)
        {
            var books = new AlbBookkeeping(found, rollout);
            var routes = books.Keys.Where(k => k.Contains(Condition, StringComparison.Ordinal)).Select(k => NameIn(k, Condition)).ToHashSet(StringComparer.Ordinal);
            foreach (var key in books.Keys)
            {
                if (key.Contains(Action, StringComparison.Ordinal) && !routes.Contains(NameIn(key, Action)))
                    Reset(annotations, key);
                else
                    annotations.Remove(key);
            }

            foreach (var route in routes)
                AlbPaths.Remove(after, route);
        }

        AlbBookkeeping.Forget(annotations, rollouts);
        return after;
    }

    private static string NameIn(string key, string part) => key[(key.IndexOf(part, StringComparison.Ordinal) + part.Length)..];

    /// <summary>Everybody to the Service that the rules name, or, where that is a root Service, to the last of the list: the stable one (TR-ALB-03).</summary>
    private static void Reset(JsonObject annotations, string key)
    {
        if (annotations.TextAt(key) is not { } text || AlbJson.Read(text) is not JsonObject action || action.ObjectAt("ForwardConfig") is not { } forward)
            return;
        var groups = forward.ObjectsAt("TargetGroups").ToList();
        if ((groups.Find(g => g.TextAt("ServiceName") == NameIn(key, Action)) ?? groups.LastOrDefault()) is not { } stable)
            return;
        var alone = (JsonObject)stable.DeepClone();
        alone["Weight"] = 100;
        forward["TargetGroups"] = new JsonArray(alone);
        AlbJson.Set(annotations, key, action);
    }
}
