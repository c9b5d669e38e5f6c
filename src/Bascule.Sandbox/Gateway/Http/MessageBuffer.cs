using System.Text;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>A message that is being put together. It is used again for the next one.</summary>
internal sealed class MessageBuffer
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What was written; good until more is.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Forgets all.</summary>
    public void Clear() => _length = 0;

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Adds a text.</summary>
    public void Write(string text) => _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_length + bytes, _bytes.Length * 2));
        return _bytes.AsSpan(_length);
    }
}
