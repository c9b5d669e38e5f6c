using System.Text.Json;

namespace Bascule.Simulation.World;

/// <summary>One pretended pod.</summary>
internal sealed class ScriptedPod
{
    /// <summary>Tells it from all others, those that are gone included.</summary>
    public required long Number { get; init; }

    /// <summary>When it was made, as the clock showed it then.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Its labels and annotations: those of its ReplicaSet's template when it was made, and what was written to it since.</summary>
    public required JsonElement Metadata { get; set; }

    /// <summary>The node it runs on.</summary>
    public required int Node { get; init; }

    /// <summary>Since when it is ready; null when it is not.</summary>
    public TimeSpan? ReadySince { get; set; }

    /// <summary>When it becomes ready or stops being so by itself; null for never.</summary>
    public TimeSpan? ChangesAt { get; set; }

    /// <summary>Ready for as long as its ReplicaSet asks before it counts.</summary>
    public bool IsAvailable(TimeSpan now, TimeSpan minReady) => ReadySince + minReady <= now;

    /// <summary>The next time at which it counts differently; null for never.</summary>
    public TimeSpan? NextChange(TimeSpan now, TimeSpan minReady)
    {
        var counts = ReadySince + minReady;
        return counts > now && (ChangesAt is null || counts < ChangesAt) ? counts : ChangesAt;
    }
}
