using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Bascule.Kube.Http;

/// <summary>The lines of a watch as events.</summary>
internal static class WatchStream
{
    private static readonly StreamPipeReaderOptions Buffers = new(bufferSize: 16 * 1024);

    /// <summary>Reads until the stream ends.</summary>
    /// <exception cref="KubeException">The server sent an <c>ERROR</c> event.</exception>
    /// <exception cref="JsonException">A line is not an event.</exception>
    public static async IAsyncEnumerable<WatchEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, Buffers);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var rest = result.Buffer;
                while (TryReadLine(ref rest, out var line))
                {
                    if (ReadEvent(line) is { } value)
                        yield return value;
                }

                reader.AdvanceTo(rest.Start, rest.End);

                // A last line without its end was cut off, and the next watch brings it again.
                if (result.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    private static WatchEvent? ReadEvent(in ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
            return null;
        var (type, value) = JsonBytes.ReadEvent(line);
        return type switch
        {
            "ADDED" => new WatchEvent(WatchEventType.Added, KubeObject.From(value)),
            "MODIFIED" => new WatchEvent(WatchEventType.Modified, KubeObject.From(value)),
            "DELETED" => new WatchEvent(WatchEventType.Deleted, KubeObject.From(value)),
            "BOOKMARK" => new WatchEvent(WatchEventType.Bookmark, KubeObject.From(value)),
            "ERROR" => throw StatusErrors.FromStatus(value, HttpStatusCode.InternalServerError, null),
            _ => throw new JsonException($"unknown watch event type {type}"),
        };
    }
}
