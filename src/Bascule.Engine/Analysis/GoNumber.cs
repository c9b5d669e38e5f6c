using System.Globalization;

namespace Bascule.Engine.Analysis;

/// <summary>Numbers as Go prints them, because users compare and match what they read in a status.</summary>
public static class GoNumber
{
    /// <summary>Go's <c>%v</c>: shortest digits, an exponent from one million up and below one ten-thousandth (ARG-4).</summary>
    public static string General(double value)
    {
        if (Special(value) is { } special)
            return special;
        var (negative, digits, exponent) = Shortest(value);
        if (exponent is >= -4 and < 6)
            return Plain(negative, digits, exponent);
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>Prometheus' sample format: shortest digits, never an exponent, <c>NaN</c>, <c>+Inf</c>, <c>-Inf</c> (MP-PRM-10).</summary>
    public static string Decimal(double value)
    {
        if (Special(value) is { } special)
            return special;
        var (negative, digits, exponent) = Shortest(value);
        return Plain(negative, digits, exponent);
    }

    private static string? Special(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : null;

    /// <summary>The significant digits and the power of ten of the first one.</summary>
    private static (bool Negative, string Digits, int Exponent) Shortest(double value)
    {
        // "E16" keeps every digit but not the fewest; "R" keeps the fewest but not one form, so both of its forms are read.
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = point < 0 ? mantissa : string.Concat(whole, mantissa.AsSpan(point + 1));
        var leadingZeros = all.Length - all.TrimStart('0').Length;
        var digits = all.Trim('0');
        return digits.Length == 0
            ? (double.IsNegative(value), "0", 0)
            : (double.IsNegative(value), digits, whole.Length - 1 - leadingZeros + exponent);
    }

    private static string Plain(bool negative, string digits, int exponent)
    {
        var number = exponent < 0
            ? $"0.{new string('0', -exponent - 1)}{digits}"
            : exponent + 1 >= digits.Length
                ? digits.PadRight(exponent + 1, '0')
                : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
        return negative ? "-" + number : number;
    }
}
