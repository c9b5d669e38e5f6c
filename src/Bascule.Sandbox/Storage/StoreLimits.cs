namespace Bascule.Sandbox.Storage;

/// <summary>What bounds the memory that history and watchers take.</summary>
public sealed record StoreLimits
{
    /// <summary>The bounds a sandbox uses.</summary>
    public static StoreLimits Default { get; } = new();

    /// <summary>How many writes are remembered for watches that resume; at least 1.</summary>
    public int HistoryEvents { get; init; } = 16_384;

    /// <summary>How many bytes of overwritten or removed objects are remembered; older writes are forgotten first.</summary>
    public long HistoryBytes { get; init; } = 64L << 20;

    /// <summary>How many events may wait for a slow watcher before its watch is ended.</summary>
    public int WatchBuffer { get; init; } = 4_096;
}
