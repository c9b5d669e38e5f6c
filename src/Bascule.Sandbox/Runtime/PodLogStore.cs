using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Bascule.Kube;
using Bascule.Sandbox.Api;

namespace Bascule.Sandbox.Runtime;

/// <summary>Keeps the logs of pods: for each container that of the present run and that of the run before.</summary>
/// <param name="directory">Where the files are.</param>
/// <param name="time">Stamps lines.</param>
internal sealed class PodLogStore(string directory, TimeProvider time) : IPodLogs
{
    private readonly ConcurrentDictionary<(string Uid, string Container), (ContainerLog Current, ContainerLog? Previous)> logs = new();

    /// <summary>Begins the log of a run; that of the run before the previous one goes.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="run">The number of restarts before this run.</param>
    public ContainerLog Begin(KubeObject pod, string container, int run)
    {
        var log = new ContainerLog(Path.Combine(PodDirectory(pod), container, run.ToString(CultureInfo.InvariantCulture) + ".log"), time);
        if (logs.TryGetValue((pod.Uid, container), out var present))
            Remove(present.Previous);
        logs[(pod.Uid, container)] = (log, present.Current);
        return log;
    }

    /// <summary>Removes everything a pod wrote.</summary>
    public void Remove(KubeObject pod)
    {
        foreach (var key in logs.Keys.Where(k => k.Uid == pod.Uid))
        {
            if (logs.TryRemove(key, out var log))
            {
                log.Current.Dispose();
                log.Previous?.Dispose();
            }
        }

        if (Directory.Exists(PodDirectory(pod)))
            Directory.Delete(PodDirectory(pod), recursive: true);
    }

    /// <inheritdoc/>
    public async Task CopyAsync(PodLogRequest request, Stream destination, CancellationToken cancellationToken)
    {
        if (!logs.TryGetValue((request.Uid, request.Container), out var found))
            throw new KubeException(HttpStatusCode.BadRequest, "BadRequest", $"container \"{request.Container}\" in pod \"{request.Pod.Name}\" is waiting to start");
        var log = request.Previous ? found.Previous : found.Current;
        if (log is null)
            throw new KubeException(HttpStatusCode.BadRequest, "BadRequest", $"previous terminated container \"{request.Container}\" in pod \"{request.Pod.Name}\" not found");
        await new LogReader(log, request, destination).CopyAsync(cancellationToken);
    }

    private string PodDirectory(KubeObject pod) => Path.Combine(directory, $"{pod.Namespace}_{pod.Name}_{pod.Uid}");

    private static void Remove(ContainerLog? log)
    {
        if (log is null)
            return;
        log.Dispose();
        File.Delete(log.Path);
        File.Delete(log.OlderPath);
    }
}

/// <summary>Copies a log as a request wants it.</summary>
internal sealed class LogReader(ContainerLog log, PodLogRequest request, Stream destination)
{
    private long sent;
    private long position;
    private int turns;

    private bool IsFull => request.LimitBytes is { } limit && sent >= limit;

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        // Taken before the first read: a line written in between then completes it.
        var change = log.NextChange();
        turns = log.Turns;
        IEnumerable<byte[]> first = [.. ReadLines(log.OlderPath, 0, out _), .. ReadLines(log.Path, 0, out position)];
        first = first.Where(IsWanted);
        await SendAsync(request.TailLines is { } tail ? first.TakeLast(tail) : first, cancellationToken);
        while (request.Follow && !IsFull)
        {
            var last = log.IsFinished;
            await change.WaitAsync(cancellationToken);
            change = log.NextChange();
            if (log.Turns != turns)
            {
                turns = log.Turns;
                position = 0;
            }

            await SendAsync(ReadLines(log.Path, position, out position), cancellationToken);
            if (last)
                return;
        }
    }

    /// <summary>Whole lines only; what is still being written is read next time.</summary>
    private static List<byte[]> ReadLines(string path, long from, out long end)
    {
        var lines = new List<byte[]>();
        end = from;
        if (!File.Exists(path))
            return lines;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        var bytes = new byte[Math.Max(0, file.Length - from)];
        var rest = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        int newline;
        while ((newline = rest.IndexOf((byte)'\n')) >= 0)
        {
            lines.Add(rest[..(newline + 1)].ToArray());
            end += newline + 1;
            rest = rest[(newline + 1)..];
        }

        return lines;
    }

    private bool IsWanted(byte[] line) =>
        request.Since is not { } since
        || !DateTimeOffset.TryParse(Encoding.UTF8.GetString(line, 0, Math.Max(0, Array.IndexOf(line, (byte)' '))), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var written)
        || written >= since;

    /// <summary>A stored line is <c>INSTANT STREAM F TEXT</c>.</summary>
    private async Task SendAsync(IEnumerable<byte[]> lines, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var line in lines)
        {
            if (IsFull)
                break;
            var stampEnd = Array.IndexOf(line, (byte)' ');
            var text = Array.IndexOf(line, (byte)' ', Array.IndexOf(line, (byte)' ', stampEnd + 1) + 1) + 1;
            if (request.Timestamps)
                await WriteAsync(line.AsMemory(0, stampEnd + 1), cancellationToken);
            await WriteAsync(line.AsMemory(text), cancellationToken);
            any = true;
        }

        if (any)
            await destination.FlushAsync(cancellationToken);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (request.LimitBytes is { } limit && sent + bytes.Length > limit)
            bytes = bytes[..(int)(limit - sent)];
        sent += bytes.Length;
        await destination.WriteAsync(bytes, cancellationToken);
    }
}
