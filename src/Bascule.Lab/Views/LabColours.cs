using Spectre.Console;

namespace Bascule.Lab.Views;

/// <summary>The colours of a lab on the terminal: those of the report.</summary>
internal static class LabColours
{
    public static readonly Color Stable = new(0x8a, 0xb5, 0x74);
    public static readonly Color Canary = new(0xe5, 0xb7, 0x4d);
    public static readonly Style Quiet = new(Color.Grey);
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Bad = new(new Color(0xe0, 0x5a, 0x50));
    public static readonly Style StableText = new(Stable);
    public static readonly Style CanaryText = new(Canary);
}
