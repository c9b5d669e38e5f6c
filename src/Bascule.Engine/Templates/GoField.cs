namespace Bascule.Engine.Templates;

/// <summary>One field of a Go struct.</summary>
/// <param name="Name">Its JSON name.</param>
/// <param name="Kind">What it holds; see <see cref="GoTypeTable"/>.</param>
/// <param name="Always">Written even when empty.</param>
/// <param name="Pointer">Absent and zero are different.</param>
internal sealed record GoField(string Name, string Kind, bool Always, bool Pointer)
{
    /// <summary>Reads <c>name!*:kind</c>.</summary>
    public static GoField Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = text[..colon];
        return new GoField(name.TrimEnd('*').TrimEnd('!'), text[(colon + 1)..], name.Contains('!', StringComparison.Ordinal), name.EndsWith('*'));
    }
}
