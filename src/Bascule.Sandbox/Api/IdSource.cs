namespace Bascule.Sandbox.Api;

/// <summary>Makes uids and name suffixes from an injected source, so that a seed replays a run. Thread-safe.</summary>
internal sealed class IdSource(Random random)
{
    // Kubernetes' alphabet for generated names: no vowels, so no words; no digits or letters that look alike.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;

    /// <summary>Generated names fit where a DNS label is asked for, whatever they begin with.</summary>
    private const int MostLength = 63;

    // Guards random, which is not thread-safe.
    private readonly Lock _drawing = new();

    /// <summary>A random (version 4) UUID.</summary>
    public string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_drawing)
            random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>A name that begins with a <c>generateName</c>, as much of it as fits.</summary>
    public string NewName(string prefix) => (prefix.Length > MostLength - SuffixLength ? prefix[..(MostLength - SuffixLength)] : prefix) + NewSuffix();

    private string NewSuffix()
    {
        Span<char> suffix = stackalloc char[SuffixLength];
        lock (_drawing)
        {
            foreach (ref var letter in suffix)
                letter = Alphabet[random.Next(Alphabet.Length)];
        }

        return new(suffix);
    }

    /// <summary>A number from 0 up to, not including, a bound.</summary>
    public int Next(int bound)
    {
        lock (_drawing)
            return random.Next(bound);
    }
}
