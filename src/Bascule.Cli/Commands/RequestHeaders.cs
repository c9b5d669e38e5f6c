using System.Buffers;
using System.Collections.Immutable;
using Bascule.Lab.Load;

namespace Bascule.Cli.Commands;

/// <summary>Headers as curl takes them, such as <c>Host: shop.example</c>.</summary>
internal static class RequestHeaders
{
    private const string Host = "Host";

    /// <summary>What a header's name may have in it, by RFC 9110.</summary>
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads one; its value may be empty, but not that of Host.</summary>
    public static bool TryParse(string text, out (string Name, string Value) header)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        header = colon < 0 ? default : (text[..colon].Trim(), text[(colon + 1)..].Trim());
        return header is ({ Length: > 0 }, { } value)
            && !header.Name.AsSpan().ContainsAnyExcept(NameCharacters)
            && !value.AsSpan().ContainsAny('\r', '\n', '\0')
            && !(IsHost(header.Name) && value.Length == 0);
    }

    /// <summary>Users who send these; of two with the same name, the later one counts.</summary>
    /// <param name="texts">Headers that <see cref="TryParse"/> accepts.</param>
    public static UserGroup Of(IEnumerable<string> texts)
    {
        string? host = null;
        var headers = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts)
        {
            if (!TryParse(text, out var header))
                throw new ArgumentException($"'{text}' is no header", nameof(texts));
            if (IsHost(header.Name))
                host = header.Value;
            else
                headers[header.Name] = header.Value;
        }

        return new UserGroup(1) { Host = host, Headers = headers.ToImmutable() };
    }

    private static bool IsHost(string name) => name.Equals(Host, StringComparison.OrdinalIgnoreCase);
}
