namespace Bascule.Engine.Rollouts;

/// <summary>
/// One fact of why the Rollout stands where it stands. Terminal, dashboard, events and logs all show these.
/// </summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">A sentence for a person, such as <c>step 2 of 8: paused, 42 s left</c>.</param>
public sealed record Reason(ReasonKind Kind, string Message)
{
    /// <summary>What would move it on: an event to wait for, or what a person can do; null when nothing is needed.</summary>
    public string? Unblock { get; init; }

    /// <summary>The object that is waited for, such as <c>ReplicaSet/web-6f49</c>; null when it is time, a person or nobody.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>When it will be looked at again without any change; null when only a change matters.</summary>
    public TimeSpan? LookAgainAfter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Message;
}
