using System.Text;

namespace Bascule.Engine.Templates;

/// <summary>One field of a Go struct.</summary>
/// <param name="name">Its JSON name.</param>
/// <param name="type">What it holds.</param>
/// <param name="always">Written even when empty.</param>
/// <param name="pointer">Absent and zero are different.</param>
internal sealed class GoField(string name, GoType type, bool always, bool pointer)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _label = Encoding.UTF8.GetBytes($"\"{name}\":");

    /// <summary>Its JSON name, in UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Its name as it stands before its value: quoted, with the colon.</summary>
    public ReadOnlySpan<byte> Label => _label;

    /// <summary>What it holds.</summary>
    public GoType Type { get; } = type;

    /// <summary>Written even when empty.</summary>
    public bool Always { get; } = always;

    /// <summary>Absent and zero are different.</summary>
    public bool Pointer { get; } = pointer;

    /// <summary>Reads <c>name!*:kind</c>.</summary>
    public static GoField Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = text[..colon];
        return new GoField(name.TrimEnd('*').TrimEnd('!'), GoType.Of(text[(colon + 1)..]), name.Contains('!', StringComparison.Ordinal), name.EndsWith('*'));
    }
}
