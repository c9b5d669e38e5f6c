using System.Collections.Immutable;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>What happened, oldest first. Lines become text only when somebody reads them: nearly always nobody does.</summary>
/// <param name="time">Stamps the lines.</param>
public sealed class Trace(VirtualTime time)
{
    private const int MostLines = 400;

    private readonly Queue<(TimeSpan At, string What, object? About)> _lines = new();

    /// <summary>The last lines.</summary>
    public ImmutableArray<string> Lines => [.. _lines.Select(l => $"{l.At:hh\\:mm\\:ss\\.fff} {l.What}{l.About}")];

    /// <summary>Adds a line.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="about">An immutable value to print after it.</param>
    public void Add(string what, object? about = null)
    {
        if (_lines.Count == MostLines)
            _lines.Dequeue();
        _lines.Enqueue((time.Elapsed, what, about));
    }
}
