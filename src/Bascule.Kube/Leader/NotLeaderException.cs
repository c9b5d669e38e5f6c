namespace Bascule.Kube.Leader;

/// <summary>A write was not sent, or given up, because another process may lead by now.</summary>
public sealed class NotLeaderException() : Exception("not written: this process does not lead any more");
