namespace Bascule.Controller.Telemetry;

/// <summary>A number that only grows. Thread-safe.</summary>
internal sealed class Count
{
    private long _value;

    /// <summary>The number now.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds one.</summary>
    public void Increment() => Interlocked.Increment(ref _value);
}
