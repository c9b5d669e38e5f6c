using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>Rolls Deployments out: observes, lets <see cref="DeploymentDecider"/> decide, applies.</summary>
/// <param name="client">Writes ReplicaSets and statuses.</param>
/// <param name="cache">Must hold Deployments, ReplicaSets and pods.</param>
/// <param name="events">Told of every scaling.</param>
/// <param name="time">For progress deadlines.</param>
public sealed class DeploymentController(IKubeClient client, IObjectCache cache, IEventSink events, TimeProvider time) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.Deployments, key) is not { } deployment)
            return null;
        var selector = LabelSelection.From(deployment.Root.At("spec", "selector"));
        if (selector.IsEmpty)
        {
            Tell(deployment, EventSeverity.Warning, "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
            return null;
        }

        var facts = DeploymentFacts.Of(deployment);
        var sets = await ClaimAsync(deployment, selector, cancellationToken);
        var decision = DeploymentDecider.Decide(new DeploymentObservation(facts, sets, HasRunningPods, time.GetUtcNow()));
        await ApplyAsync(facts, decision, cancellationToken);
        return decision.LookAgainAfter;
    }

    private bool HasRunningPods(string setUid) => cache.OwnedBy(ResourceTypes.Pods, setUid).Any(p => !PodFacts.Of(p).IsTerminal);

    private async Task<ImmutableArray<ReplicaSetState>> ClaimAsync(KubeObject deployment, LabelSelection selector, CancellationToken cancellationToken)
    {
        var claimed = ImmutableArray.CreateBuilder<ReplicaSetState>();
        foreach (var set in cache.OwnedBy(ResourceTypes.ReplicaSets, deployment.Uid))
        {
            if (selector.Matches(set.Labels))
                claimed.Add(ReplicaSetState.Of(set));
            else
                await Ownership.ReleaseAsync(client, deployment, ResourceTypes.ReplicaSets, set, cancellationToken);
        }

        var orphans = cache.Uncontrolled(ResourceTypes.ReplicaSets, deployment.Namespace).Where(s => s.DeletionTimestamp is null && selector.Matches(s.Labels)).ToList();
        if (orphans.Count > 0 && deployment.DeletionTimestamp is null && await Ownership.MayAdoptAsync(client, ResourceTypes.Deployments, deployment, cancellationToken))
        {
            foreach (var orphan in orphans)
                claimed.Add(ReplicaSetState.Of(await Ownership.AdoptAsync(client, ResourceTypes.Deployments, deployment, ResourceTypes.ReplicaSets, orphan, cancellationToken)));
        }

        return claimed.ToImmutable();
    }

    private async Task ApplyAsync(DeploymentFacts facts, DeploymentDecision decision, CancellationToken cancellationToken)
    {
        var deployment = facts.Object;
        foreach (var set in decision.Sets)
        {
            if (set.Seen is not null)
                await client.PatchAsync(ResourceTypes.ReplicaSets, set.Seen.Key, Patch.Merge(ReplicaSetBody.Change(set, set.Seen)), subresource: null, cancellationToken);
            else if (!await CreateAsync(facts, set, cancellationToken))
                return;
        }

        foreach (var scaling in decision.Scalings)
            Tell(deployment, EventSeverity.Normal, "ScalingReplicaSet", scaling);
        foreach (var set in decision.Outlived)
            await DeleteAsync(set, cancellationToken);
        if (decision.Revision is not null)
            deployment = await NoteRevisionAsync(deployment, decision.Revision, cancellationToken);
        await StatusWriter.WriteAsync(client, ResourceTypes.Deployments, deployment, decision.Status, cancellationToken);
    }

    /// <summary>False when the name was taken by another template: the collision is counted, and the next pass tries another name.</summary>
    private async Task<bool> CreateAsync(DeploymentFacts facts, ReplicaSetState set, CancellationToken cancellationToken)
    {
        var deployment = facts.Object;
        try
        {
            await client.CreateAsync(ResourceTypes.ReplicaSets, deployment.Namespace, ReplicaSetBody.New(facts, set), cancellationToken);
            return true;
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            var present = await client.GetAsync(ResourceTypes.ReplicaSets, new ObjectKey(deployment.Namespace, set.Name), cancellationToken);
            if (present.ControllerUid == deployment.Uid && TemplateIdentity.Same(present.Root.At("spec", "template"), facts.Template))
                return true;
            await StatusWriter.WriteAsync(client, ResourceTypes.Deployments, deployment, Collided(facts), cancellationToken);
            return false;
        }
        catch (KubeException e)
        {
            Tell(deployment, EventSeverity.Warning, "ReplicaSetCreateError", $"Failed to create new replica set \"{set.Name}\": {e.Message}");
            throw;
        }
    }

    private static JsonObject Collided(DeploymentFacts facts)
    {
        var status = facts.Object.ToNode()["status"]?.DeepClone() as JsonObject ?? [];
        status["collisionCount"] = facts.CollisionCount + 1;
        return status;
    }

    private async Task DeleteAsync(KubeObject set, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(ResourceTypes.ReplicaSets, set.Key, new DeleteOptions { PreconditionUid = set.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone already.
        }
    }

    private Task<KubeObject> NoteRevisionAsync(KubeObject deployment, string revision, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = deployment.ResourceVersion,
                ["annotations"] = new JsonObject { [ReplicaSetState.RevisionAnnotation] = revision },
            },
        };
        return client.PatchAsync(ResourceTypes.Deployments, deployment.Key, Patch.Merge(body), subresource: null, cancellationToken);
    }

    private void Tell(KubeObject deployment, EventSeverity severity, string reason, string message) =>
        events.Record(new KubeEvent(ObjectReference.To(ResourceTypes.Deployments, deployment), severity, reason, message));
}
