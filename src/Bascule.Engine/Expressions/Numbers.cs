using System.Globalization;

namespace Bascule.Engine.Expressions;

/// <summary>Conversions between numbers and text.</summary>
internal static class Numbers
{
    public static double AsDouble(Value value) => value switch
    {
        Value.Integer integer => integer.Number,
        Value.Float real => real.Number,
        _ => throw new InvalidOperationException($"{value.TypeName} is not a number"),
    };

    /// <summary>Go's conversion of a float to a 64-bit integer on amd64: out of range, NaN included, is the smallest integer.</summary>
    public static long Truncate(double number) => number is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)number : long.MinValue;

    public static bool TryParseInteger(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a float as Go does: also <c>NaN</c> and <c>Inf</c>, never blanks or thousands separators.</summary>
    public static bool TryParseFloat(string text, out double number)
    {
        var unsigned = text.AsSpan().TrimStart("+-");
        if (text.Length - unsigned.Length <= 1 && (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase)))
        {
            number = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            number = double.NaN;
            return true;
        }

        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, style, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}
