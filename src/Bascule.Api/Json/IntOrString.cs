using System.Globalization;

namespace Bascule.Api.Json;

/// <summary>A value that a manifest may write as a number or as a string.</summary>
public readonly record struct IntOrString
{
    /// <summary>A number.</summary>
    public IntOrString(int number) => Number = number;

    /// <summary>A string.</summary>
    public IntOrString(string text) => Text = text;

    /// <summary>The number; 0 when the value is a string.</summary>
    public int Number { get; }

    /// <summary>The string; null when the value is a number.</summary>
    public string? Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
