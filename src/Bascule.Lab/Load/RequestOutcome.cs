namespace Bascule.Lab.Load;

/// <summary>What became of one request.</summary>
/// <param name="Due">When the schedule asked for it, counted from the start.</param>
/// <param name="Latency">From when it was due until its end, so that a stall shows in every request it delayed.</param>
/// <param name="Version">The version that answered; empty when none said so.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="Detail">What the failure was, for people; empty when there was none.</param>
internal sealed record RequestOutcome(TimeSpan Due, TimeSpan Latency, string Version, FailureKind? Failure, string Detail)
{
    /// <summary>Which of the groups of users asked, by its place in <see cref="LoadOptions.Users"/>.</summary>
    public int Group { get; init; }
}
