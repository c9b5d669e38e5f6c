namespace Bascule.Kube.Queue;

/// <summary>How long things take in a queue; the terms are those of Kubernetes' own work queues.</summary>
/// <param name="Due">How often a key became due that was not due already.</param>
/// <param name="Retries">How often a key was to be worked on later, for a failure or a wish to look again.</param>
/// <param name="Waited">Seconds from due to taken.</param>
/// <param name="Worked">Seconds from taken to done.</param>
/// <param name="Late">Seconds from the time of a wake-up to the beginning of the work. A wake-up that a change was faster than is none.</param>
/// <param name="Unfinished">The time that the keys being worked on have taken so far, all together.</param>
/// <param name="Longest">The longest of those times.</param>
public sealed record QueueTimes(long Due, long Retries, HistogramCounts Waited, HistogramCounts Worked, HistogramCounts Late, TimeSpan Unfinished, TimeSpan Longest);
