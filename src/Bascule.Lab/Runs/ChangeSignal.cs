namespace Bascule.Lab.Runs;

/// <summary>Lets the script wait for the observer's next look. Safe from any thread.</summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Completes with the next look. Take it before asking for the state: a look in between is then not missed.</summary>
    public Task Next => _next.Task;

    /// <summary>There was a look.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
