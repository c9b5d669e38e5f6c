using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Meta;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Deletes what is older than the limits (GC-1 to GC-4).</summary>
internal static class History
{
    /// <summary>Old ReplicaSets beyond the limit that have no pods (GC-1); their runs follow in the next pass (GC-2).</summary>
    /// <param name="at">The situation.</param>
    public static IEnumerable<Effect> OldReplicaSets(Situation at)
    {
        ImmutableArray<ReplicaSetView> cleanable = [.. at.Other.Where(r => r.Meta.DeletionTimestamp is null)];
        foreach (var rs in cleanable.Take(Math.Max(0, cleanable.Length - at.Spec.RevisionHistoryLimit)))
        {
            if (rs.Current != 0 || rs.Wanted != 0 || rs.Meta.Generation > rs.ObservedGeneration)
                continue;
            yield return new DeleteReplicaSet(rs.Name, rs.Meta.Uid, rs.Meta.ResourceVersion);
        }
    }

    /// <summary>AnalysisRuns or Experiments whose version is gone, and finished ones beyond the limits (GC-2, GC-4, SPEC-11).</summary>
    /// <param name="at">The situation.</param>
    /// <param name="others">Those that are not current, all of one kind.</param>
    /// <param name="meta">The metadata of one.</param>
    /// <param name="phase">The phase of one.</param>
    /// <returns>What to delete, newest first.</returns>
    public static IEnumerable<T> Outdated<T>(Situation at, IEnumerable<T> others, Func<T, ObjectMeta> meta, Func<T, AnalysisPhase> phase)
    {
        var versions = at.All.Where(r => r.Meta.DeletionTimestamp is null && r.Hash.Length > 0).Select(r => r.Hash).ToHashSet(StringComparer.Ordinal);
        var (successful, unsuccessful) = (0, 0);
        foreach (var other in others.Where(o => meta(o).DeletionTimestamp is null).OrderByDescending(o => meta(o).CreationTimestamp).ThenByDescending(o => meta(o).Name, StringComparer.Ordinal))
        {
            var outdated = !versions.Contains(meta(other).Labels.GetValueOrDefault(Labels.PodTemplateHash, "")) || phase(other) switch
            {
                AnalysisPhase.Successful => ++successful > at.Spec.SuccessfulRunHistoryLimit,
                AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive => ++unsuccessful > at.Spec.UnsuccessfulRunHistoryLimit,
                AnalysisPhase.None or AnalysisPhase.Pending or AnalysisPhase.Running => false,
            };
            if (outdated)
                yield return other;
        }
    }
}
