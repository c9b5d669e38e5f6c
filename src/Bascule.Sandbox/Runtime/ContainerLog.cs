using System.Globalization;
using System.Text;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// The log of one run of a container: a file with an instant before each line, kept to a bounded size by turning it over
/// into one older file. Thread-safe.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    /// <summary>Each of the two files holds at most this many bytes.</summary>
    public const long MostBytes = 10 * 1024 * 1024;

    /// <summary>Longer lines are cut into several.</summary>
    private const int MostLineBytes = 16 * 1024;

    // Guards the file and the signal.
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private FileStream file;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool finished;

    public ContainerLog(string path, TimeProvider time)
    {
        Path = path;
        this.time = time;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        file = Open();
    }

    /// <summary>The newer file.</summary>
    public string Path { get; }

    /// <summary>The older file, which may not exist.</summary>
    public string OlderPath => Path + ".1";

    /// <summary>How often the files were turned over: tells a reader that its place in the file is gone.</summary>
    public int Turns { get; private set; }

    /// <summary>Nothing more will be written.</summary>
    public bool IsFinished
    {
        get
        {
            lock (gate)
                return finished;
        }
    }

    /// <summary>A writer for one of the container's streams.</summary>
    public LineWriter Writer(string stream) => new(this, stream);

    /// <summary>Completes at the next change; take it before reading what there is.</summary>
    public Task NextChange()
    {
        lock (gate)
            return finished ? Task.CompletedTask : changed.Task;
    }

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (finished)
                return;
            finished = true;
            file.Dispose();
            changed.TrySetResult();
        }
    }

    private FileStream Open() => new(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private void Write(string stream, ReadOnlySpan<byte> line)
    {
        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        var prefix = Encoding.UTF8.GetBytes($"{stamp} {stream} F ");
        Span<byte> entry = new byte[prefix.Length + line.Length + 1];
        prefix.CopyTo(entry);
        line.CopyTo(entry[prefix.Length..]);
        entry[^1] = (byte)'\n';
        lock (gate)
        {
            if (finished)
                return;
            if (file.Length + entry.Length > MostBytes)
                TurnOver_NeedsLock();
            file.Write(entry);
            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void TurnOver_NeedsLock()
    {
        file.Dispose();
        File.Move(Path, OlderPath, overwrite: true);
        file = Open();
        Turns++;
    }

    /// <summary>Cuts one stream into lines.</summary>
    internal sealed class LineWriter(ContainerLog log, string stream)
    {
        private readonly byte[] pending = new byte[MostLineBytes];
        private int length;

        /// <summary>Takes bytes as they come.</summary>
        public void Write(ReadOnlySpan<byte> bytes)
        {
            foreach (var octet in bytes)
            {
                if (octet != '\n')
                    pending[length++] = octet;
                if (octet == '\n' || length == pending.Length)
                    Emit();
            }
        }

        /// <summary>The stream ended, perhaps within a line.</summary>
        public void Finish()
        {
            if (length > 0)
                Emit();
        }

        private void Emit()
        {
            log.Write(stream, pending.AsSpan(0, length));
            length = 0;
        }
    }
}
