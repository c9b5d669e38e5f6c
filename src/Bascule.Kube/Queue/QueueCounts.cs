namespace Bascule.Kube.Queue;

/// <summary>What happened to a queue since it was made.</summary>
/// <param name="Adds">Keys added by changes, repeats included.</param>
/// <param name="WakeUps">Delays that ran out.</param>
/// <param name="Taken">Keys handed to a worker.</param>
/// <param name="Ready">Keys due now.</param>
/// <param name="Waiting">Keys with a pending wake-up.</param>
public readonly record struct QueueCounts(long Adds, long WakeUps, long Taken, int Ready, int Waiting);
