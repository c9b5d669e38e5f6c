using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Bascule.Api.Json;

/// <summary>Kubernetes resource quantities, such as <c>500m</c> or <c>1.5Gi</c>.</summary>
public static class Quantity
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+-.0123456789");
    private static readonly string[] DecimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    private enum Format
    {
        DecimalSI,
        BinarySI,
        DecimalExponent,
    }

    /// <summary>The canonical text, <c>2</c> for <c>2000m</c> and <c>1Gi</c> for <c>1024Mi</c>; the text itself when it is no quantity.</summary>
    public static string Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var nanos, out var format) ? Print(nanos, format) : text;
    }

    /// <summary>Parses a quantity into billionths, rounded up as Kubernetes does.</summary>
    /// <returns>False when the text is no quantity.</returns>
    public static bool TryParse(string text, out BigInteger nanos)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out nanos, out _);
    }

    private static bool TryParse(string text, out BigInteger nanos, out Format format)
    {
        nanos = default;
        format = Format.DecimalSI;
        var end = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        var number = end < 0 ? text : text[..end];
        var suffix = end < 0 ? "" : text[end..];
        if (!TryParseNumber(number, out var digits, out var scale) || !TryParseSuffix(suffix, out var factor, out var exponent, out format))
            return false;

        exponent += 9 - scale;
        var value = digits * factor;
        if (exponent >= 0)
        {
            nanos = value * BigInteger.Pow(10, exponent);
            return true;
        }

        nanos = BigInteger.DivRem(value, BigInteger.Pow(10, -exponent), out var rest);
        nanos += rest.Sign;
        return true;
    }

    private static bool TryParseNumber(string text, out BigInteger digits, out int scale)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        scale = point < 0 ? 0 : text.Length - point - 1;
        var plain = point < 0 ? text : text.Remove(point, 1);
        return BigInteger.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out digits);
    }

    private static bool TryParseSuffix(string suffix, out BigInteger factor, out int exponent, out Format format)
    {
        (factor, exponent, format) = (BigInteger.One, 0, Format.DecimalSI);
        var power = Array.IndexOf(BinarySuffixes, suffix);
        if (power > 0)
        {
            (factor, format) = (BigInteger.Pow(1024, power), Format.BinarySI);
            return true;
        }

        power = Array.IndexOf(DecimalSuffixes, suffix);
        if (power >= 0)
        {
            exponent = (power - 3) * 3;
            return true;
        }

        format = Format.DecimalExponent;
        return suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && Math.Abs(exponent) < 100;
    }

    private static string Print(BigInteger nanos, Format format)
    {
        var unit = BigInteger.Pow(10, 9);
        if (nanos.IsZero)
            return "0";
        if (format == Format.BinarySI && BigInteger.Abs(nanos) >= 1024 * unit && (nanos % unit).IsZero)
            return PrintBinary(nanos / unit);

        var exponent = -9;
        while ((nanos % 10).IsZero)
        {
            nanos /= 10;
            exponent++;
        }

        while (exponent % 3 != 0)
        {
            nanos *= 10;
            exponent--;
        }

        if (format == Format.DecimalExponent)
            return exponent == 0 ? nanos.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{nanos}e{exponent}");
        var power = (exponent / 3) + 3;
        for (; power >= DecimalSuffixes.Length; power--)
            nanos *= 1000;
        return nanos.ToString(CultureInfo.InvariantCulture) + DecimalSuffixes[power];
    }

    private static string PrintBinary(BigInteger value)
    {
        var power = 0;
        for (; (value % 1024).IsZero && power < BinarySuffixes.Length - 1; power++)
            value /= 1024;
        return value.ToString(CultureInfo.InvariantCulture) + BinarySuffixes[power];
    }
}
