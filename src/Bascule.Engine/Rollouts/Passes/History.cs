using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
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

    /// <summary>Runs whose version is gone, and finished ones beyond the limits, newest first (GC-4).</summary>
    /// <param name="at">The situation.</param>
    /// <param name="others">The runs that are not current.</param>
    public static IEnumerable<Effect> OldRuns(Situation at, ImmutableArray<AnalysisRunView> others)
    {
        var (successful, unsuccessful) = (0, 0);
        foreach (var run in others.Where(r => r.Meta.DeletionTimestamp is null).OrderByDescending(r => r.Meta.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal))
        {
            var versionGone = !at.All.Any(r => r.Hash.Length > 0 && r.Hash == HashOf(run) && r.Meta.DeletionTimestamp is null);
            var delete = versionGone || run.Phase switch
            {
                AnalysisPhase.Successful => ++successful > at.Spec.SuccessfulRunHistoryLimit,
                AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive => ++unsuccessful > at.Spec.UnsuccessfulRunHistoryLimit,
                AnalysisPhase.None or AnalysisPhase.Pending or AnalysisPhase.Running => false,
            };
            if (delete)
                yield return new DeleteAnalysisRun(run.Name, run.Meta.Uid);
        }
    }

    private static string HashOf(AnalysisRunView run) => run.Meta.Labels.GetValueOrDefault(Labels.PodTemplateHash, "");
}
