using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Goprom;

/// <summary>Writes one JSON object per line; each line in one write, so that lines of parallel requests never mix.</summary>
internal sealed class JsonLog(Stream output, string hostName, string version, TimeProvider time) : IDisposable
{
    // Guards the buffer, the writer and the output.
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _writer = new(Stream.Null);

    /// <summary>A request of the application was answered.</summary>
    public void Request(string method, string path, int status, int bytes, TimeSpan duration, IPAddress? remote)
    {
        lock (_gate)
        {
            Begin("info", "request");
            _writer.WriteString("method", method);
            _writer.WriteString("path", path);
            _writer.WriteNumber("status", status);
            _writer.WriteNumber("size", bytes);
            _writer.WriteNumber("duration_ms", Math.Round(duration.TotalMilliseconds, 3));
            _writer.WriteString("remote", remote?.ToString());
            End();
        }
    }

    /// <summary>The three listeners are open.</summary>
    public void Listening(IPEndPoint? listen, IPEndPoint? probe, IPEndPoint? metrics)
    {
        lock (_gate)
        {
            Begin("info", "listening");
            _writer.WriteString("listen", listen?.ToString());
            _writer.WriteString("probe", probe?.ToString());
            _writer.WriteString("metrics", metrics?.ToString());
            End();
        }
    }

    /// <summary>Something else happened.</summary>
    public void Event(string message)
    {
        lock (_gate)
        {
            Begin("info", message);
            End();
        }
    }

    public void Dispose() => _writer.Dispose();

    private void Begin(string level, string message)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString("time", time.GetUtcNow());
        _writer.WriteString("level", level);
        _writer.WriteString("message", message);
        _writer.WriteString("host", hostName);
        _writer.WriteString("version", version);
    }

    private void End()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _buffer.Write("\n"u8);
        try
        {
            output.Write(_buffer.WrittenSpan);
        }
        catch (IOException)
        {
            // Whoever read the log is gone; requests are still to be answered.
        }
    }
}
