using Bascule.Api;
using Bascule.Api.Analysis;
using Spectre.Console;

namespace Bascule.Cli.Output;

/// <summary>The sign and colour of a status word, the same for rollouts, replica sets, pods and analysis runs.</summary>
internal static class StatusIcon
{
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Moving = new(Color.Yellow);
    private static readonly Style Odd = new(Color.Orange1);
    private static readonly Style Quiet = new(Color.Grey);
    private static readonly Style Still = new(Color.Blue);

    /// <summary>The sign, in its colour.</summary>
    public static Piece For(string status) => status switch
    {
        RolloutPhases.Healthy or nameof(AnalysisPhase.Successful) or "Running" or "Completed" => new("✔", Good),
        RolloutPhases.Degraded or nameof(AnalysisPhase.Failed) or "ReplicaFailure" or "CrashLoopBackOff" or "InvalidImageName" => new("✖", Bad),
        RolloutPhases.Paused => new("॥", Still),
        RolloutPhases.Progressing or nameof(AnalysisPhase.Pending) or "Terminating" or "ContainerCreating" or "" => new("◌", Moving),
        "ScaledDown" => new("•", Quiet),
        nameof(AnalysisPhase.Inconclusive) or "Unknown" => new("?", Odd),
        _ => Other(status),
    };

    /// <summary>The sign and the word.</summary>
    public static Cell Cell(string status) => new(For(status), " " + status);

    private static Piece Other(string status)
    {
        if (status.StartsWith("Init:", StringComparison.Ordinal))
            return new("◌", Moving);
        if (status.StartsWith("Signal:", StringComparison.Ordinal) || status.StartsWith("ExitCode:", StringComparison.Ordinal))
            return new("✖", Bad);
        return new("⚠", Odd);
    }
}
