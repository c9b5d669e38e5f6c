using Bascule.Api.Json;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.Server;

namespace Bascule.Simulation.Invariants;

/// <summary>
/// Judges a controller that has nothing to do at the moment and a Rollout that is not done: something must be on its way.
/// That the progress deadline will wake it does not count: then it would only be told that nothing happened.
/// </summary>
internal static class Vigil
{
    /// <summary>The deadline is looked at a second after it is over.</summary>
    private static readonly TimeSpan s_nearly = TimeSpan.FromSeconds(3);

    /// <summary>Restarts are looked after every half minute, routers and back-offs more often: so soon it may be one of them.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(31);

    /// <summary>
    /// True when nothing that could happen by itself would make the Rollout go on. A restart that a user wants later is on its
    /// way, if the controller looks no later than then; it may have to look at something else before.
    /// </summary>
    /// <param name="server">The server; the controller knows all of it.</param>
    /// <param name="view">The Rollout and what it drives.</param>
    /// <param name="wakesUpIn">When the controller looks at the Rollout by itself; null for never.</param>
    /// <param name="now">The time.</param>
    public static bool IsForgotten(SimulatedServer server, WorldView view, TimeSpan? wakesUpIn, DateTimeOffset now) =>
        view.Rollout is { Phase: "Progressing", IsObserved: true }
        && (wakesUpIn is not { } soon || (soon > s_soon && IsAt(view.Rollout.DeadlineAt, now + soon) && !(view.Rollout.RestartAt > now + soon - s_nearly)))
        && view.ReplicaSets.All(r => r.Wanted == r.KnownAvailable)
        && !server.All(ArgoResources.AnalysisRuns).Any(IsGoingOn)
        && !server.All(ArgoResources.Experiments).Any(IsGoingOn);

    private static bool IsAt(DateTimeOffset? time, DateTimeOffset wakesUp) => (time - wakesUp)?.Duration() < s_nearly;

    /// <summary>True of an AnalysisRun or an Experiment that has not ended.</summary>
    public static bool IsGoingOn(KubeObject run) => run.Root.Member("status").Text("phase") is null or "" or "Pending" or "Running";
}
