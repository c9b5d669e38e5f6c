using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>What carries the routes out: weights that were set arrive there after a while, where it can tell at all (TR-24).</summary>
/// <param name="time">Virtual time.</param>
public sealed class ScriptedLoadBalancer(VirtualTime time)
{
    private TimeSpan _arrivesAt;

    /// <summary>How long the next weights take, asked once for each; null where nobody can tell whether they have arrived.</summary>
    public Func<TimeSpan>? Takes { get; set; }

    /// <summary>Whether the last weights have arrived; null where nobody can tell.</summary>
    public bool? HasArrived => Takes is null ? null : time.Elapsed >= _arrivesAt;

    /// <summary>Weights were set.</summary>
    public void Set() => _arrivesAt = time.Elapsed + (Takes?.Invoke() ?? TimeSpan.Zero);
}
