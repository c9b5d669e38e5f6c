using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Schema;

/// <summary>Bounds on single values.</summary>
internal static class LimitChecks
{
    private static readonly ConcurrentDictionary<string, Regex?> Patterns = new(StringComparer.Ordinal);

    /// <summary>The bounds a value breaks: kind of error, the value as shown, and what should be.</summary>
    public static IEnumerable<(FieldErrorType Type, string? Bad, string Detail)> Broken(JsonNode node, SchemaLimits limits) => node switch
    {
        JsonArray array => OfList(array, limits),
        JsonObject obj => OfMap(obj, limits),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => OfText(value.GetValue<string>(), limits),
        JsonValue value when Json.AsDouble(value) is { } number => OfNumber(number, value.ToJsonString(), limits),
        _ => [],
    };

    private static IEnumerable<(FieldErrorType, string?, string)> OfNumber(double number, string shown, SchemaLimits limits)
    {
        if (limits.Minimum is { } least && (limits.ExclusiveMinimum ? number <= least : number < least))
            yield return (FieldErrorType.Invalid, shown, $"should be greater than {(limits.ExclusiveMinimum ? "" : "or equal to ")}{Plain(least)}");
        if (limits.Maximum is { } most && (limits.ExclusiveMaximum ? number >= most : number > most))
            yield return (FieldErrorType.Invalid, shown, $"should be less than {(limits.ExclusiveMaximum ? "" : "or equal to ")}{Plain(most)}");
        if (limits.MultipleOf is { } step && step > 0 && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9)
            yield return (FieldErrorType.Invalid, shown, $"should be a multiple of {Plain(step)}");
    }

    private static IEnumerable<(FieldErrorType, string?, string)> OfText(string text, SchemaLimits limits)
    {
        // Characters are code points there, not UTF-16 units.
        var length = text.EnumerateRunes().Count();
        if (length > limits.MaxLength)
            yield return (FieldErrorType.TooLong, null, $"may not be more than {limits.MaxLength} bytes");
        if (length < limits.MinLength)
            yield return (FieldErrorType.Invalid, FieldError.Show(text), $"should be at least {limits.MinLength} chars long");
        if (limits.Pattern is { } pattern && Compiled(pattern) is { } regex && !regex.IsMatch(text))
            yield return (FieldErrorType.Invalid, FieldError.Show(text), $"should match '{pattern}'");
    }

    private static IEnumerable<(FieldErrorType, string?, string)> OfList(JsonArray array, SchemaLimits limits)
    {
        if (array.Count > limits.MaxItems)
            yield return (FieldErrorType.TooMany, $"{array.Count}", $"must have at most {limits.MaxItems} items");
        if (array.Count < limits.MinItems)
            yield return (FieldErrorType.Invalid, $"{array.Count}", $"should have at least {limits.MinItems} items");
        if (limits.UniqueItems && array.Select(i => i?.ToJsonString()).Distinct().Count() < array.Count)
            yield return (FieldErrorType.Invalid, "\"\"", "shouldn't contain duplicates");
    }

    private static IEnumerable<(FieldErrorType, string?, string)> OfMap(JsonObject obj, SchemaLimits limits)
    {
        if (obj.Count > limits.MaxProperties)
            yield return (FieldErrorType.TooMany, $"{obj.Count}", $"must have at most {limits.MaxProperties} items");
        if (obj.Count < limits.MinProperties)
            yield return (FieldErrorType.Invalid, $"{obj.Count}", $"should have at least {limits.MinProperties} properties");
    }

    private static string Plain(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Go's expressions, read as .NET's; one that .NET cannot read checks nothing.</summary>
    internal static Regex? Compiled(string pattern) => Patterns.GetOrAdd(pattern, static p =>
    {
        try
        {
            return new Regex(p.Replace(@"\z", "$", StringComparison.Ordinal), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return null;
        }
    });
}
