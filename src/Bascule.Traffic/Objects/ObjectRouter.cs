using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Traffic.Objects;

/// <summary>A router that works by objects of the cluster: what they should be is up to its rules.</summary>
/// <param name="rules">The kind of router.</param>
/// <param name="objects">Where the objects are read.</param>
/// <param name="client">Writes them.</param>
/// <param name="events">Told what was changed.</param>
public sealed class ObjectRouter(RoutingRules rules, IRoutingObjects objects, IKubeClient client, IEventSink events) : ITrafficRouter
{
    private static readonly ResourceType s_rollouts = new("argoproj.io", "v1alpha1", "rollouts", "Rollout");

    /// <inheritdoc/>
    public string Name => rules.Name;

    /// <inheritdoc/>
    public async Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var seen = await OpenAsync(rollout, cancellationToken);
        var inForce = rules.Changes(rollout, plan, seen).IsEmpty;
        return new TrafficAnswer(inForce) { Verified = inForce && plan.Verify ? rules.Verified(rollout, seen) : null };
    }

    /// <inheritdoc/>
    /// <exception cref="TrafficRoutingException">An object is not as the Rollout says, or the server refused to have it written (TR-C-09).</exception>
    /// <exception cref="KubeException">A conflict when somebody else changed the object since it was read; or the server did not answer.</exception>
    public async Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        foreach (var change in rules.Changes(rollout, plan, await OpenAsync(rollout, cancellationToken)))
        {
            await CarryOutAsync(rollout, change, cancellationToken);
            if (change.Note is { } note)
                events.Record(new KubeEvent(About(rollout), EventSeverity.Normal, note.Reason, note.Message));
        }
    }

    private Task<IObjectCache> OpenAsync(Rollout rollout, CancellationToken cancellationToken) =>
        objects.OpenAsync(rules.References(rollout).Select(r => r.Type).ToHashSet(), cancellationToken);

    private async Task CarryOutAsync(Rollout rollout, RoutingChange change, CancellationToken cancellationToken)
    {
        var space = change.Before?.Namespace ?? change.After?["metadata"]?["namespace"]?.GetValue<string>() ?? rollout.Meta.Namespace;
        try
        {
            await WriteAsync(space, change, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // The object is gone, which the cache will show, or its kind is, which no cache shows.
            await objects.CheckAsync(change.Type, cancellationToken);
            throw;
        }
        catch (KubeException e) when (e.IsRefusal)
        {
            var name = change.Before?.Name ?? change.After?["metadata"]?["name"]?.GetValue<string>();
            throw new TrafficRoutingException($"{change.Type.Kind} `{name}` in namespace {space} could not be written: {e.Message}", e) { Reason = rules.ReasonOfRefused(change) };
        }
    }

    private Task WriteAsync(string? space, RoutingChange change, CancellationToken cancellationToken) =>
        change switch
        {
            { Before: null, After: { } made } => client.CreateAsync(change.Type, space, made, cancellationToken),
            { Before: { } gone, After: null } => client.DeleteAsync(
                change.Type, gone.Key, new DeleteOptions { PreconditionUid = gone.Uid, PreconditionResourceVersion = gone.ResourceVersion }, cancellationToken),
            { Before: { } before, After: { } after } => client.PatchAsync(change.Type, before.Key, Patch.Json(JsonChanges.Between(before, after)), null, cancellationToken),
            _ => Task.CompletedTask,
        };

    /// <summary>How events name a Rollout.</summary>
    internal static ObjectReference About(Rollout rollout) =>
        new(s_rollouts, new(rollout.Meta.Namespace, rollout.Name), rollout.Meta.Uid, rollout.Meta.ResourceVersion);
}
