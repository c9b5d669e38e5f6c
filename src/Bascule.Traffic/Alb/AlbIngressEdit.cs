using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>What an Ingress of the AWS load balancer controller should hold.</summary>
/// <param name="rollout">The Rollout; it names the Ingress.</param>
/// <param name="plan">The shares and the header routes.</param>
internal sealed class AlbIngressEdit(Rollout rollout, TrafficPlan plan)
{
    private readonly AlbRouting _alb = rollout.Spec.Canary!.TrafficRouting!.Alb!;
    private readonly ImmutableArray<string> _managed = rollout.Spec.Canary!.TrafficRouting!.ManagedRoutes;
    private readonly ImmutableArray<ManagedRoute> _headers = [.. plan.Routes.Where(r => r.Header is not null)];

    /// <summary>The Service that the rules name, and whose place the action takes (TR-ALB-02).</summary>
    private string ActionService => _alb.RootService is { Length: > 0 } root ? root : rollout.Spec.Canary!.StableService;

    /// <summary>A copy of the Ingress as it should be, and what to tell users of the change.</summary>
    /// <exception cref="TrafficRoutingException">The Ingress, or what the Rollout asks for, is not as it should be.</exception>
    public (JsonObject After, string What) Edited(KubeObject ingress)
    {
        var after = ingress.ToNode();
        if (!IngressJson.LeadsTo(after, ActionService))
        {
            throw new TrafficRoutingException(
                $"ingress does not have service `{ActionService}` in rules: Ingress `{ingress.Name}` leads to {Listed.Of(IngressJson.ServicesOf(after))}");
        }

        if (_managed.Contains(ActionService))
            throw new TrafficRoutingException($"managed route `{ActionService}` has the name of the Service in the rules of Ingress `{ingress.Name}`, which would go with the route: rename the route");

        var annotations = after.Child("metadata").Child("annotations");
        var books = new AlbBookkeeping(ingress, rollout.Name);
        var actions = new AlbActions(rollout, plan);

        var action = ActionKey(ActionService);
        var reweighed = AlbJson.Set(annotations, action, actions.Shares());
        books.Add(action);
        SetHeaderRoutes(annotations, books, actions);
        foreach (var name in _managed.Except(_headers.Select(r => r.Name)))
            Remove(after, annotations, books, name);
        foreach (var route in _headers)
            AlbPaths.Ensure(after, route.Name);
        AlbPaths.Sort(after, _managed);
        books.Write(annotations);
        return (after, What(reweighed));
    }

    /// <summary>TR-ALB-10.</summary>
    private void SetHeaderRoutes(JsonObject annotations, AlbBookkeeping books, AlbActions actions)
    {
        foreach (var route in _headers)
        {
            AlbJson.Set(annotations, ActionKey(route.Name), actions.CanaryAlone());
            AlbJson.Set(annotations, ConditionKey(route.Name), AlbActions.Conditions(route.Header!));
            books.Add(ActionKey(route.Name));
            books.Add(ConditionKey(route.Name));
        }
    }

    /// <summary>TR-ALB-12, TR-ALB-13.</summary>
    private void Remove(JsonObject ingress, JsonObject annotations, AlbBookkeeping books, string name)
    {
        foreach (var key in (string[])[ActionKey(name), ConditionKey(name)])
        {
            annotations.Remove(key);
            books.Remove(key);
        }

        AlbPaths.Remove(ingress, name);
    }

    private string What(bool reweighed) =>
        reweighed ? $"to desiredWeight '{plan.Canary.Weight}'"
        : _headers.IsEmpty ? "removing managed routes"
        : $"to headerRoute '{string.Join("', '", _headers.Select(r => r.Name))}'";

    private string ActionKey(string name) => $"{_alb.AnnotationPrefix}/actions.{name}";

    private string ConditionKey(string name) => $"{_alb.AnnotationPrefix}/conditions.{name}";
}
