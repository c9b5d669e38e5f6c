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
        switch (field.Value.ValueKind)
        {
            case JsonValueKind.String:
                return new(field.Value.GetString()!);
            case JsonValueKind.Number when field.Value.TryGetInt32(out var number):
                return new(number.ToString(CultureInfo.InvariantCulture));
            default:
                field.Refuse("a whole number or a string");
                return null;
        }
    }
}
