namespace Bascule.Kube.Leader;

/// <summary>Whether this process is the one that acts.</summary>
public interface ILeadership
{
    /// <summary>
    /// How long a write may take that begins now: as long as nobody else can lead, <see cref="Timeout.InfiniteTimeSpan"/>
    /// for ever; null when none may begin.
    /// </summary>
    TimeSpan? TimeToWrite { get; }
}
