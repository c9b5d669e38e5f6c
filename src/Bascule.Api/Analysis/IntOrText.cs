using System.Globalization;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>A number that may be written as a string, so that an argument can supply it (AT-6, ARG-7).</summary>
/// <param name="Text">The number as written.</param>
public readonly record struct IntOrText(string Text)
{
    /// <summary>The number; 0 when the text is none, as Kubernetes reads it.</summary>
    public int Value => int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static IntOrText? Read(Field field)
    {
        if (field.IsAbsent)
            return null;
        return field.Value.ValueKind switch
        {
            JsonValueKind.String => new(field.Value.GetString()!),
            JsonValueKind.Number when field.Value.TryGetInt32(out var number) => new(number.ToString(CultureInfo.InvariantCulture)),
            _ => throw field.Unexpected("a whole number or a string"),
        };
    }
}
