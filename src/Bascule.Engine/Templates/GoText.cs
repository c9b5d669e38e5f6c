using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Bascule.Engine.Templates;

/// <summary>UTF-8 JSON as Go's encoder prints it, in rented memory. Give it back with <see cref="Dispose"/>.</summary>
internal struct GoText() : IDisposable
{
    // Go escapes <, > and & as well, and the two line separators, which begin with 0xE2 in UTF-8.
    private static readonly SearchValues<byte> s_special = SearchValues.Create([(byte)'\\', (byte)'<', (byte)'>', (byte)'&', 0xE2]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);
    private int _length;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    public void Append(byte value)
    {
        if (_length == _bytes.Length)
            Grow(1);
        _bytes[_length++] = value;
    }

    public void Append(ReadOnlySpan<byte> utf8)
    {
        if (_bytes.Length - _length < utf8.Length)
            Grow(utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Append(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Append(digits[..length]);
    }

    /// <summary>A JSON string that is written as it was read, unless it holds what Go escapes differently.</summary>
    public void AppendString(JsonElement text)
    {
        var quoted = JsonMarshal.GetRawUtf8Value(text);
        if (quoted.IndexOfAny(s_special) < 0)
            Append(quoted);
        else
            AppendString(text.GetString()!);
    }

    /// <summary>A string with Go's escapes, which include those for HTML.</summary>
    public void AppendString(string value)
    {
        Append((byte)'"');
        foreach (var rune in value.EnumerateRunes())
            AppendEscaped(rune);
        Append((byte)'"');
    }

    private void AppendEscaped(Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                Append((byte)'\\');
                Append((byte)rune.Value);
                break;
            case '\n':
                Append("\\n"u8);
                break;
            case '\r':
                Append("\\r"u8);
                break;
            case '\t':
                Append("\\t"u8);
                break;
            case '\b':
                Append("\\b"u8);
                break;
            case '\f':
                Append("\\f"u8);
                break;
            case < ' ' or '<' or '>' or '&' or 0x2028 or 0x2029:
                Append("\\u"u8);
                Span<byte> hex = stackalloc byte[4];
                Utf8Formatter.TryFormat((uint)rune.Value, hex, out _, new StandardFormat('x', 4));
                Append(hex);
                break;
            default:
                Span<byte> utf8 = stackalloc byte[4];
                Append(utf8[..rune.EncodeToUtf8(utf8)]);
                break;
        }
    }

    private void Grow(int by)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + by, _bytes.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
