using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Kube;

namespace Bascule.Controller.Views;

/// <summary>Makes the view of a Rollout from objects of the cluster.</summary>
/// <param name="cache">Holds <see cref="Types"/>.</param>
public sealed class RolloutViewBuilder(IObjectCache cache)
{
    /// <summary>The types that a view is made of.</summary>
    public static ImmutableArray<ResourceType> Types { get; } =
        [ArgoResources.Rollouts, ResourceTypes.ReplicaSets, ResourceTypes.Pods, ArgoResources.AnalysisRuns];

    /// <summary>The view of one Rollout; null when the cache does not hold it.</summary>
    public RolloutView? Build(ObjectKey key)
    {
        if (cache.Get(ArgoResources.Rollouts, key) is not { } found)
            return null;
        var rollout = Rollout.Read(found.Root);
        var revisions = Revisions(rollout, found);
        var phase = ClientPhase.Of(rollout);
        var step = CurrentStep(rollout);
        return new RolloutView
        {
            Name = found.Name,
            Namespace = found.Namespace ?? "",
            Status = phase.Phase,
            Message = phase.Message,
            Strategy = rollout.Spec.Canary is not null ? "Canary" : rollout.Spec.BlueGreen is not null ? "BlueGreen" : "",
            StepIndex = rollout.Status.CurrentStepIndex,
            StepCount = rollout.Spec.Canary?.Steps.Length ?? 0,
            CurrentStep = step?.ToString() ?? "",
            SetWeight = rollout.Spec.Canary is null ? null : SetWeight(rollout),
            ActualWeight = rollout.Spec.Canary is null ? null : ActualWeight(rollout, revisions),
            Desired = rollout.Replicas,
            Current = rollout.Status.Replicas,
            Updated = rollout.Status.UpdatedReplicas,
            Ready = rollout.Status.ReadyReplicas,
            Available = rollout.Status.AvailableReplicas,
            CreatedAt = found.CreationTimestamp,
            IsAborted = rollout.Status.Abort,
            Images = Images(revisions.SelectMany(r => r.ReplicaSets)),
            Revisions = revisions,
        };
    }

    private ImmutableArray<RevisionView> Revisions(Rollout rollout, KubeObject found)
    {
        var replicaSets = cache.OwnedBy(ResourceTypes.ReplicaSets, found.Uid).ToLookup(RevisionHistory.Revision);
        var runs = cache.OwnedBy(ArgoResources.AnalysisRuns, found.Uid).ToLookup(RevisionHistory.Revision);
        return
        [
            .. replicaSets.Select(g => g.Key).Union(runs.Select(g => g.Key)).OrderDescending().Select(number => new RevisionView(
                number,
                [.. replicaSets[number].OrderBy(r => r.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal).Select(r => ReplicaSet(rollout, r))],
                [.. runs[number].OrderBy(r => r.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal).Select(Run)])),
        ];
    }

    private ReplicaSetView ReplicaSet(Rollout rollout, KubeObject found)
    {
        var spec = found.Root.Member("spec");
        var status = found.Root.Member("status");
        var hash = found.Labels.GetValueOrDefault(Labels.PodTemplateHash, "");
        return new ReplicaSetView
        {
            Name = found.Name,
            Hash = hash,
            Status = Health(found),
            Tags = Tags(rollout, hash),
            Desired = spec.Int("replicas") ?? 1,
            Replicas = status.Int("replicas") ?? 0,
            Available = status.Int("availableReplicas") ?? 0,
            CreatedAt = found.CreationTimestamp,
            ScaleDownDeadline = DateTimeOffset.TryParse(
                found.Annotations.GetValueOrDefault(Annotations.ScaleDownDeadline), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var deadline)
                ? deadline
                : null,
            Images = [.. spec.Member("template").Member("spec").Items("containers").Select(c => c.Text("image") ?? "")],
            Pods =
            [
                .. cache.OwnedBy(ResourceTypes.Pods, found.Uid)
                    .OrderBy(p => p.CreationTimestamp).ThenBy(p => p.Name, StringComparer.Ordinal).Select(PodText.Read),
            ],
        };
    }

    private static ImmutableArray<string> Tags(Rollout rollout, string hash)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        if (hash.Length > 0 && rollout.Status.StableRS == hash)
            tags.Add("stable");
        else if (hash.Length > 0 && rollout.Spec.Canary is not null && rollout.Status.CurrentPodHash == hash)
            tags.Add("canary");
        if (rollout.Spec.BlueGreen is not null && hash.Length > 0)
        {
            var status = rollout.Root.Member("status").Member("blueGreen");
            if (status.Text("activeSelector") == hash)
                tags.Add("active");
            else if (status.Text("previewSelector") == hash)
                tags.Add("preview");
        }

        return tags.ToImmutable();
    }

    private static string Health(KubeObject replicaSet)
    {
        var status = replicaSet.Root.Member("status");
        var wanted = replicaSet.Root.Member("spec").Int("replicas") ?? 1;
        if (replicaSet.Generation > (status.Long("observedGeneration") ?? 0))
            return "Progressing";
        if (status.Items("conditions").Any(c => c.Text("type") == ConditionTypes.ReplicaFailure && c.Text("status") == "True"))
            return "ReplicaFailure";
        if ((status.Int("availableReplicas") ?? 0) < wanted)
            return "Progressing";
        return wanted == 0 ? "ScaledDown" : "Healthy";
    }

    private static AnalysisRunView Run(KubeObject found)
    {
        var status = found.Root.Member("status");
        var results = status.Items("metricResults").ToList();
        int Sum(string field) => results.Sum(r => r.Int(field) ?? 0);
        return new AnalysisRunView(
            found.Name,
            found.Labels.GetValueOrDefault(Labels.RolloutType, ""),
            status.Text("phase") ?? "",
            status.Text("message") ?? "",
            Sum("successful"),
            Sum("failed"),
            Sum("inconclusive"),
            Sum("error"),
            found.CreationTimestamp);
    }

    private static Api.Rollouts.Steps.CanaryStep? CurrentStep(Rollout rollout) =>
        rollout.Spec.Canary is { } canary && (rollout.Status.CurrentStepIndex ?? 0) is var index && index >= 0 && index < canary.Steps.Length
            ? canary.Steps[index]
            : null;

    /// <summary>The share of a canary that its step asks for, in percent or in parts of <c>maxTrafficWeight</c>; 0 when it was aborted.</summary>
    /// <exception cref="ArgumentException">It is no canary.</exception>
    public static int SetWeight(Rollout rollout)
    {
        var canary = rollout.Spec.Canary ?? throw new ArgumentException("it has no strategy.canary", nameof(rollout));
        if (rollout.Status.Abort)
            return 0;
        if (CurrentStep(rollout) is null)
            return canary.FullWeight;
        return canary.Steps.Take((rollout.Status.CurrentStepIndex ?? 0) + 1).LastOrDefault(s => s.Weight is not null)?.Weight ?? 0;
    }

    private static int ActualWeight(Rollout rollout, ImmutableArray<RevisionView> revisions)
    {
        if (CurrentStep(rollout) is null)
            return rollout.Spec.Canary!.FullWeight;
        if (rollout.Spec.Canary!.TrafficRouting is not null)
            return rollout.Root.Member("status").Member("canary").Member("weights").Member("canary").Int("weight") ?? 0;
        var canary = revisions.SelectMany(r => r.ReplicaSets).FirstOrDefault(r => r.Tags.Contains("canary"));
        return canary is null || rollout.Status.AvailableReplicas == 0 ? 0 : canary.Available * 100 / rollout.Status.AvailableReplicas;
    }

    private static ImmutableArray<ImageView> Images(IEnumerable<ReplicaSetView> replicaSets) =>
    [
        .. from replicaSet in replicaSets
           where replicaSet.Replicas > 0
           from image in replicaSet.Images
           group replicaSet.Tags by image into uses
           orderby uses.Key
           select new ImageView(uses.Key, [.. uses.SelectMany(t => t).Distinct().Order(StringComparer.Ordinal)]),
    ];
}
