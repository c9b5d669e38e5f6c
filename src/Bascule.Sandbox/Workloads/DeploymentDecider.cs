using System.Collections.Immutable;
using System.Globalization;

namespace Bascule.Sandbox.Workloads;

/// <summary>Decides what a Deployment does next, with the arithmetic and the order of Kubernetes. Pure.</summary>
internal sealed class DeploymentDecider
{
    /// <summary>The revision history annotation is cut to this many characters.</summary>
    private const int RevisionHistoryLength = 1000;

    /// <summary>Annotations of the Deployment that mean nothing on its ReplicaSets.</summary>
    private static readonly string[] OwnAnnotations =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        "deprecated.deployment.rollback.to",
        ReplicaSetState.RevisionAnnotation,
        ReplicaSetState.RevisionHistoryAnnotation,
        ReplicaSetState.DesiredAnnotation,
        ReplicaSetState.MaxAnnotation,
    ];

    private readonly DeploymentObservation seen;
    private readonly DeploymentFacts deployment;
    private readonly List<ReplicaSetState> old;
    private readonly List<string> scalings = [];
    private readonly DeploymentStatus status;
    private ReplicaSetState? current;

    private DeploymentDecider(DeploymentObservation observation)
    {
        seen = observation;
        deployment = observation.Deployment;
        status = new DeploymentStatus(deployment, observation.Now);
        var byAge = observation.Sets.OrderBy(s => s.Created).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        current = byAge.Find(s => TemplateIdentity.Same(s.Template, deployment.Template));
        old = [.. byAge.Where(s => s != current)];
    }

    /// <summary>Decides from a snapshot.</summary>
    public static DeploymentDecision Decide(DeploymentObservation observation) => new DeploymentDecider(observation).Decide();

    private IEnumerable<ReplicaSetState> All => current is null ? old : old.Append(current);

    private DeploymentDecision Decide()
    {
        if (deployment.Object.DeletionTimestamp is not null)
        {
            KeepCurrent();
            return Conclude(withProgress: false, cleanUp: false);
        }

        status.NotePause(deployment.IsPaused);
        if (deployment.IsPaused || IsScalingEvent())
        {
            KeepCurrent();
            Scale();
            return Conclude(withProgress: false, cleanUp: deployment.IsPaused);
        }

        if (deployment.IsRecreate)
            Recreate();
        else
            Roll();
        return Conclude(withProgress: true, cleanUp: true);
    }

    private void Roll()
    {
        KeepCurrent();
        CreateCurrent();
        if (!ScaleUpCurrent(Math.Min(deployment.Replicas, RollingArithmetic.NewReplicas(deployment.Replicas, deployment.MaxSurge, All.Sum(s => s.Replicas), current!.Replicas))))
            ScaleDownOld();
    }

    private void Recreate()
    {
        KeepCurrent();
        var scaledDown = false;
        foreach (var set in old.Where(s => s.Replicas > 0).ToList())
        {
            ScaleTo(set, 0);
            scaledDown = true;
        }

        if (scaledDown || old.Exists(s => s.Actual > 0) || old.Exists(s => seen.OldPodsRunning(s.Seen!.Uid)))
            return;
        CreateCurrent();
        ScaleUpCurrent(deployment.Replicas);
    }

    /// <summary>Brings revision and annotations of the set that has the Deployment's template up to date.</summary>
    private void KeepCurrent()
    {
        if (current is null)
            return;
        current = Annotated(current, exists: true) with { MinReadySeconds = deployment.MinReadySeconds };
        status.NoteFound(current.Name);
    }

    private void CreateCurrent()
    {
        if (current is not null)
            return;
        var name = $"{deployment.Object.Name}-{TemplateIdentity.Hash(deployment.Template, deployment.CollisionCount)}";
        var replicas = deployment.IsRecreate
            ? deployment.Replicas
            : RollingArithmetic.NewReplicas(deployment.Replicas, deployment.MaxSurge, old.Sum(s => s.Replicas), 0);
        current = Annotated(
            new ReplicaSetState
            {
                Seen = null,
                Name = name,
                Template = deployment.Template,
                Replicas = replicas,
                MinReadySeconds = deployment.MinReadySeconds,
                Annotations = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            },
            exists: false);
        if (replicas > 0)
            scalings.Add($"Scaled up replica set {name} from 0 to {replicas}");
        status.NoteCreated(name);
    }

    private ReplicaSetState Annotated(ReplicaSetState set, bool exists)
    {
        var revision = old.Select(s => s.Revision).DefaultIfEmpty().Max() + 1;
        var annotations = set.Annotations.SetItems(deployment.Object.Annotations.Where(a => !OwnAnnotations.Contains(a.Key)));
        if (set.Revision < revision)
        {
            if (set.Revision > 0)
            {
                var earlier = annotations.GetValueOrDefault(ReplicaSetState.RevisionHistoryAnnotation, "");
                annotations = annotations.SetItem(ReplicaSetState.RevisionHistoryAnnotation, History(earlier, set.Revision));
            }

            annotations = annotations.SetItem(ReplicaSetState.RevisionAnnotation, Text(revision));
        }

        set = set with { Annotations = annotations };
        return exists ? set : Sized(set);
    }

    private static string History(string earlier, long revision)
    {
        var history = earlier.Length == 0 ? Text(revision) : $"{earlier},{Text(revision)}";
        while (history.Length > RevisionHistoryLength && history.Contains(','))
            history = history[(history.IndexOf(',') + 1)..];
        return history;
    }

    private ReplicaSetState Sized(ReplicaSetState set) => set with
    {
        Annotations = set.Annotations
            .SetItem(ReplicaSetState.DesiredAnnotation, Text(deployment.Replicas))
            .SetItem(ReplicaSetState.MaxAnnotation, Text(deployment.Replicas + deployment.MaxSurge)),
    };

    /// <summary>True when the set changed size, which ends the pass: the next one sees what came of it.</summary>
    private bool ScaleUpCurrent(int replicas)
    {
        if (current!.Replicas == replicas)
            return false;
        ScaleTo(current, replicas);
        return true;
    }

    /// <summary>First pods that do no work, then pods that can be spared.</summary>
    private void ScaleDownOld()
    {
        if (old.Sum(s => s.Replicas) == 0)
            return;
        var spare = RollingArithmetic.MaxScaledDown(deployment.Replicas, deployment.MaxUnavailable, All.Sum(s => s.Replicas), current!.Replicas, current.Available);
        if (spare <= 0)
            return;
        foreach (var set in old.Where(s => s.Replicas > s.Available).ToList())
        {
            var gone = Math.Min(spare, set.Replicas - set.Available);
            spare -= gone;
            ScaleTo(set, set.Replicas - gone);
        }

        spare = All.Sum(s => s.Available) - (deployment.Replicas - deployment.MaxUnavailable);
        foreach (var set in old.Where(s => s.Replicas > 0).ToList())
        {
            if (spare <= 0)
                return;
            var gone = Math.Min(spare, set.Replicas);
            spare -= gone;
            ScaleTo(set, set.Replicas - gone);
        }
    }

    private bool IsScalingEvent() => All.Any(s => s.Seen is not null && s.Replicas > 0 && s.Desired is { } desired && desired != deployment.Replicas);

    /// <summary>Scales without rolling: one set takes it all, several keep their proportions.</summary>
    private void Scale()
    {
        if (ActiveOrLatest() is { } only)
        {
            ScaleTo(only, deployment.Replicas);
            return;
        }

        if (IsSaturated(current))
        {
            foreach (var set in old.Where(s => s.Replicas > 0).ToList())
                ScaleTo(set, 0);
            return;
        }

        if (!deployment.IsRecreate)
            ScaleInProportion();
    }

    private void ScaleInProportion()
    {
        var active = All.Where(s => s.Replicas > 0).ToList();
        var allowed = deployment.Replicas > 0 ? deployment.Replicas + deployment.MaxSurge : 0;
        var toAdd = allowed - active.Sum(s => s.Replicas);
        var bySize = toAdd > 0
            ? active.OrderByDescending(s => s.Replicas).ThenByDescending(s => s.Created).ToList()
            : [.. active.OrderByDescending(s => s.Replicas).ThenBy(s => s.Created)];
        var sizes = new List<int>();
        var added = 0;
        foreach (var set in bySize)
        {
            var before = (int)(set.Max is { } max and not 0 ? max : deployment.Status.Int("replicas") ?? 0);
            var part = RollingArithmetic.Proportion(set.Replicas, before, deployment.Replicas + deployment.MaxSurge, deployment.Replicas, toAdd, added);
            sizes.Add(set.Replicas + part);
            added += part;
        }

        for (var i = 0; i < bySize.Count; i++)
        {
            var leftover = i == 0 ? toAdd - added : 0;
            Resize(bySize[i], Math.Max(0, sizes[i] + leftover));
        }
    }

    private ReplicaSetState? ActiveOrLatest()
    {
        var active = All.Where(s => s.Replicas > 0).ToList();
        return active.Count switch
        {
            0 => current ?? old.MaxBy(s => s.Created),
            1 => active[0],
            _ => null,
        };
    }

    private bool IsSaturated(ReplicaSetState? set) =>
        set is not null && set.Replicas == deployment.Replicas && set.Desired == deployment.Replicas && set.Available == deployment.Replicas;

    private void ScaleTo(ReplicaSetState set, int replicas)
    {
        if (set.Replicas != replicas)
            Resize(set, replicas);
    }

    private void Resize(ReplicaSetState set, int replicas)
    {
        if (set.Replicas != replicas)
            scalings.Add($"Scaled {(replicas > set.Replicas ? "up" : "down")} replica set {set.Name} from {set.Replicas} to {replicas}");
        var resized = Sized(set) with { Replicas = replicas };
        if (set == current)
            current = resized;
        else
            old[old.IndexOf(set)] = resized;
    }

    private DeploymentDecision Conclude(bool withProgress, bool cleanUp)
    {
        var after = withProgress ? status.WithProgress([.. All], current) : status.WithoutProgress([.. All], current);
        var outlived = cleanUp && (deployment.IsPaused || status.IsComplete) ? Outlived() : [];
        var revision = current is null ? null : Text(current.Revision);
        return new DeploymentDecision(
            Sets: [.. All.Where(s => s.IsChanged && !outlived.Contains(s)).OrderByDescending(s => s == current)],
            Outlived: [.. outlived.Select(s => s.Seen!)],
            Revision: revision is null || deployment.Object.Annotations.GetValueOrDefault(ReplicaSetState.RevisionAnnotation) == revision ? null : revision,
            Status: after,
            Scalings: [.. scalings],
            LookAgainAfter: withProgress ? status.LookAgainAfter : null);
    }

    private List<ReplicaSetState> Outlived()
    {
        if (deployment.RevisionHistoryLimit is not { } limit)
            return [];
        var alive = old.Where(s => s.Seen!.DeletionTimestamp is null).OrderBy(s => s.Revision).ToList();
        return [.. alive
            .Take(Math.Max(0, alive.Count - limit))
            .Where(s => s.Actual == 0 && s.Replicas == 0 && s.Seen!.Generation <= (s.Seen.Root.At("status").Long("observedGeneration") ?? 0))];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
