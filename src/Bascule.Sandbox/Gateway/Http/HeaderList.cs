using System.Text;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>
/// The headers of one message, as bytes and in their order. It is used again for the next message, so that headers that
/// only pass through cost no allocation. Each is kept as the line that it is in a message.
/// </summary>
internal sealed class HeaderList
{
    private byte[] _bytes = new byte[1024];
    private Entry[] _entries = new Entry[16];
    private int _used;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_used, Count) = (0, 0);

    /// <summary>The name of one, as it was written.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.AsSpan(_entries[index].Begin, _entries[index].NameLength);

    /// <summary>The value of one.</summary>
    public ReadOnlySpan<byte> Value(int index) => _bytes.AsSpan(_entries[index].Value, _entries[index].ValueLength);

    /// <summary>Adds one behind the others.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(name, value.Length));
        Added(name.Length, value.Length);
    }

    /// <summary>Adds one behind the others.</summary>
    public void Add(ReadOnlySpan<byte> name, string value)
    {
        var length = Encoding.UTF8.GetBytes(value, Room(name, Encoding.UTF8.GetMaxByteCount(value.Length)));
        Added(name.Length, length);
    }

    /// <summary>Adds one that came from elsewhere.</summary>
    /// <exception cref="BadMessageException">It would not be one header for others.</exception>
    public void AddChecked(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)0, (byte)'\r', (byte)'\n') >= 0)
            throw new BadMessageException("found a header's value with a line's end or a zero in it");
        Add(name, value);
    }

    /// <summary>Writes all of them as they are in a message, without the empty line.</summary>
    public void WriteTo(MessageBuffer to)
    {
        for (var i = 0; i < Count; i++)
            to.Write(_bytes.AsSpan(_entries[i].Begin, _entries[i].Length));
    }

    /// <summary>Removes one; those behind it move up.</summary>
    public void RemoveAt(int index)
    {
        Array.Copy(_entries, index + 1, _entries, index, Count - index - 1);
        Count--;
    }

    /// <summary>Removes all of a name; case does not count.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (Ascii.EqualsIgnoreCase(Name(i), name))
                RemoveAt(i);
        }
    }

    /// <summary>Where the first of a name is, from some place on; -1 when there is none. Case does not count.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        for (var i = from; i < Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(Name(i), name))
                return i;
        }

        return -1;
    }

    /// <summary>All values of a name.</summary>
    public List<string> Texts(ReadOnlySpan<byte> name)
    {
        var texts = new List<string>();
        for (var i = IndexOf(name); i >= 0; i = IndexOf(name, i + 1))
            texts.Add(Encoding.UTF8.GetString(Value(i)));
        return texts;
    }

    /// <summary>All values of a name as one text, with commas between them; null when there are none.</summary>
    public string? Text(ReadOnlySpan<byte> name)
    {
        var first = IndexOf(name);
        if (first < 0)
            return null;
        return IndexOf(name, first + 1) < 0 ? Encoding.UTF8.GetString(Value(first)) : string.Join(',', Texts(name));
    }

    /// <summary>Whether the values of a name, which are lists with commas, have a word; case does not count.</summary>
    public bool Lists(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        for (var i = IndexOf(name); i >= 0; i = IndexOf(name, i + 1))
        {
            foreach (var part in Value(i).Split((byte)','))
            {
                if (Ascii.EqualsIgnoreCase(Value(i)[part].Trim(" \t"u8), word))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Writes the name, and gives the room behind it.</summary>
    private Span<byte> Room(ReadOnlySpan<byte> name, int value)
    {
        var needed = _used + name.Length + Entry.Framing + value;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        if (Count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
        name.CopyTo(_bytes.AsSpan(_used));
        ": "u8.CopyTo(_bytes.AsSpan(_used + name.Length));
        return _bytes.AsSpan(_used + name.Length + 2);
    }

    private void Added(int name, int value)
    {
        var entry = new Entry(_used, name, value);
        "\r\n"u8.CopyTo(_bytes.AsSpan(entry.Value + value));
        _entries[Count++] = entry;
        _used += entry.Length;
    }

    private readonly record struct Entry(int Begin, int NameLength, int ValueLength)
    {
        /// <summary>Bytes of a line that are neither name nor value.</summary>
        public const int Framing = 4;

        public int Value => Begin + NameLength + 2;

        public int Length => NameLength + ValueLength + Framing;
    }
}
