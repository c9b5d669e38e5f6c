using System.Collections.Immutable;
using Bascule.Lab.Canary;
using Bascule.Lab.Load;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Runs;

/// <summary>Shows a lab while it runs. Calls come one at a time.</summary>
public interface ILabView
{
    /// <summary>Begins what is to be done next.</summary>
    void Say(string sentence);

    /// <summary>Something happened.</summary>
    void Mark(LabMark mark);

    /// <summary>The state now; called several times a second.</summary>
    void Show(LabFrame frame);
}

/// <summary>The state of a lab at one moment.</summary>
/// <param name="Elapsed">Since the lab began.</param>
/// <param name="StableVersion">The version before.</param>
/// <param name="CanaryVersion">The version that is rolled out.</param>
/// <param name="Look">The rollout; null while there is none.</param>
/// <param name="Traffic">The traffic; null before the first request.</param>
/// <param name="Marks">What happened so far.</param>
public sealed record LabFrame(TimeSpan Elapsed, string StableVersion, string CanaryVersion, LabLook? Look, TrafficSnapshot? Traffic, ImmutableArray<LabMark> Marks)
{
    /// <summary>What is done by hand; null when a rollout does it.</summary>
    public ScriptLook? Script { get; init; }
}
