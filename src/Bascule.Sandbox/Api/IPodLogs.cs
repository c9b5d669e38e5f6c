using Bascule.Kube;

namespace Bascule.Sandbox.Api;

/// <summary>Which part of a container's log is asked for.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Uid">The pod's uid: a later pod of the same name has its own logs.</param>
/// <param name="Container">The container; never empty.</param>
public sealed record PodLogRequest(ObjectKey Pod, string Uid, string Container)
{
    /// <summary>Go on as the container writes, until it ends or the request is cancelled.</summary>
    public bool Follow { get; init; }

    /// <summary>The log of the container's run before its last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Each line begins with the RFC 3339 instant at which it was written.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only the last lines; null for all.</summary>
    public int? TailLines { get; init; }

    /// <summary>Only lines written at or after this instant; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The most bytes to send; null for no limit.</summary>
    public long? LimitBytes { get; init; }
}

/// <summary>Reads what containers wrote. Implemented by the runtime.</summary>
public interface IPodLogs
{
    /// <summary>Copies a log to a stream, flushing after each batch of lines when it follows.</summary>
    /// <exception cref="KubeException">The log does not exist; thrown before anything is written.</exception>
    Task CopyAsync(PodLogRequest request, Stream destination, CancellationToken cancellationToken);
}
