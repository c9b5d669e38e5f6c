using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Goprom;

/// <summary>Writes one JSON object per line; each line in one write, so that lines of parallel requests never mix.</summary>
internal sealed class JsonLog(Stream output, string hostName, string version, TimeProvider time) : IDisposable
{
    // Guards buffer, writer and output.
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> buffer = new(512);
    private readonly Utf8JsonWriter writer = new(Stream.Null);

    /// <summary>A request of the application was answered.</summary>
    public void Request(string method, string path, int status, int bytes, TimeSpan duration, IPAddress? remote)
    {
        lock (gate)
        {
            Begin("info", "request");
            writer.WriteString("method", method);
            writer.WriteString("path", path);
            writer.WriteNumber("status", status);
            writer.WriteNumber("size", bytes);
            writer.WriteNumber("duration_ms", Math.Round(duration.TotalMilliseconds, 3));
            writer.WriteString("remote", remote?.ToString());
            End();
        }
    }

    /// <summary>The three listeners are open.</summary>
    public void Listening(IPEndPoint? listen, IPEndPoint? probe, IPEndPoint? metrics)
    {
        lock (gate)
        {
            Begin("info", "listening");
            writer.WriteString("listen", listen?.ToString());
            writer.WriteString("probe", probe?.ToString());
            writer.WriteString("metrics", metrics?.ToString());
            End();
        }
    }

    /// <summary>Something else happened.</summary>
    public void Event(string message)
    {
        lock (gate)
        {
            Begin("info", message);
            End();
        }
    }

    public void Dispose() => writer.Dispose();

    private void Begin(string level, string message)
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        writer.WriteString("time", time.GetUtcNow());
        writer.WriteString("level", level);
        writer.WriteString("message", message);
        writer.WriteString("host", hostName);
        writer.WriteString("version", version);
    }

    private void End()
    {
        writer.WriteEndObject();
        writer.Flush();
        buffer.Write("\n"u8);
        try
        {
            output.Write(buffer.WrittenSpan);
        }
        catch (IOException)
        {
            // Whoever read the log is gone; requests are still to be answered.
        }
    }
}
