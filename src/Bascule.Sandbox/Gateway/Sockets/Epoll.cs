using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Bascule.Sandbox.Gateway.Sockets;

/// <summary>What may be done with a socket, as <c>epoll</c> tells it.</summary>
[Flags]
internal enum SocketEvents : uint
{
    None = 0,

    /// <summary>There is something to read.</summary>
    Readable = 0x1,

    /// <summary>There is room for something to send.</summary>
    Writable = 0x4,

    /// <summary>It failed.</summary>
    Failed = 0x8,

    /// <summary>Both sides are closed.</summary>
    Closed = 0x10,

    /// <summary>The other end sends no more.</summary>
    Ended = 0x2000,

    /// <summary>Each change is told once.</summary>
    OnChange = 0x8000_0000,
}

/// <summary>Linux' <c>epoll</c>: waits for news of many sockets at once.</summary>
internal sealed class Epoll
{
    private const int CloseOnExec = 0x80000;

    private const int Add = 1;

    private const int Interrupted = 4;

    private const int Most = 256;

    // Where the kernel has no gap between the two parts of an event, as on x86-64, and where it has one.
    private static readonly int s_data = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly int s_size = s_data + sizeof(long);

    private readonly int _handle = Checked(epoll_create1(CloseOnExec));
    private readonly byte[] _events = new byte[Most * s_size];

    /// <summary>From now on tells of all that happens to a socket, until it is closed; and of its present state, if there is anything to do.</summary>
    /// <param name="socket">Open.</param>
    /// <param name="id">Told with the news.</param>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void Watch(SafeHandle socket, long id)
    {
        var wanted = new byte[s_size];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, (uint)(SocketEvents.Readable | SocketEvents.Writable | SocketEvents.Ended | SocketEvents.OnChange));
        BinaryPrimitives.WriteInt64LittleEndian(wanted.AsSpan(s_data), id);
        Checked(epoll_ctl(_handle, Add, socket, wanted));
    }

    /// <summary>Waits until there is news.</summary>
    /// <returns>Of how many sockets; see <see cref="News"/>.</returns>
    /// <exception cref="SocketException">The system refuses.</exception>
    public int Wait()
    {
        var found = epoll_wait(_handle, _events, Most, -1);
        return found < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(found);
    }

    /// <summary>One of those that <see cref="Wait"/> found.</summary>
    public (SocketEvents Events, long Id) News(int index)
    {
        var news = _events.AsSpan(index * s_size, s_size);
        return ((SocketEvents)BinaryPrimitives.ReadUInt32LittleEndian(news), BinaryPrimitives.ReadInt64LittleEndian(news[s_data..]));
    }

    private static int Checked(int result) => result < 0 ? throw new SocketException((int)SocketError.SystemNotReady, $"epoll: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}") : result;

#pragma warning disable SYSLIB1054 // Numbers, bytes and a handle need no code to marshal them, and generated code would need an unsafe project.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_ctl(int epoll, int operation, SafeHandle socket, byte[] wanted);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_wait(int epoll, [Out] byte[] events, int most, int milliseconds);
#pragma warning restore SYSLIB1054
}
