using System.Globalization;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Schema.Cel;

/// <summary>The functions and macros, by name; a method's receiver is its first argument.</summary>
internal static partial class CelFunctions
{
    /// <summary>Calls a function.</summary>
    /// <exception cref="CelUnsupportedException">No such function here.</exception>
    public static object? Call(string name, object?[] arguments) => (name, arguments.Select(CelValues.Plain).ToArray()) switch
    {
        ("size", [var value]) => CelValues.Size(value),
        ("startsWith", [string text, string part]) => text.StartsWith(part, StringComparison.Ordinal),
        ("endsWith", [string text, string part]) => text.EndsWith(part, StringComparison.Ordinal),
        ("contains", [string text, string part]) => text.Contains(part, StringComparison.Ordinal),
        ("matches", [string text, string pattern]) => (LimitChecks.Compiled(pattern) ?? throw new CelUnsupportedException($"pattern {pattern}")).IsMatch(text),
        ("split", [string text, string by]) => text.Split(by).Cast<object?>().ToList(),
        ("substring", [string text, long from]) => from >= 0 && from <= text.Length ? text[(int)from..] : throw new CelException("index out of range"),
        ("substring", [string text, long from, long to]) => from >= 0 && from <= to && to <= text.Length ? text[(int)from..(int)to] : throw new CelException("index out of range"),
        ("indexOf", [string text, string part]) => (long)text.IndexOf(part, StringComparison.Ordinal),
        ("lowerAscii", [string text]) => text.ToLowerInvariant(),
        ("upperAscii", [string text]) => text.ToUpperInvariant(),
        ("trim", [string text]) => text.Trim(),
        ("replace", [string text, string from, string to]) => text.Replace(from, to, StringComparison.Ordinal),
        ("int", [string text]) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new CelException($"type conversion error from 'string' to 'int': {text}"),
        ("int", [long number]) => number,
        ("int", [double number]) => (long)number,
        ("double", [long number]) => (double)number,
        ("double", [double number]) => number,
        ("string", [string text]) => text,
        ("string", [long number]) => number.ToString(CultureInfo.InvariantCulture),
        ("string", [bool truth]) => truth ? "true" : "false",
        ("duration", [string text]) => Duration(text),
        _ => throw new CelUnsupportedException($"function {name}"),
    };

    /// <summary>Goes over items.</summary>
    public static object Macro(string name, IEnumerable<object?> items, Func<object?, object?> body) => name switch
    {
        "all" => items.All(i => CelValues.Truth(body(i))),
        "exists" => items.Any(i => CelValues.Truth(body(i))),
        "exists_one" => items.Count(i => CelValues.Truth(body(i))) == 1,
        "filter" => items.Where(i => CelValues.Truth(body(i))).ToList(),
        _ => items.Select(body).ToList(),
    };

    private static TimeSpan Duration(string text)
    {
        var parts = Part().Matches(text);
        if (parts.Count == 0 || parts.Sum(p => p.Length) != text.TrimStart('-').Length)
            throw new CelException($"type conversion error from 'string' to 'duration': {text}");
        var seconds = parts.Sum(p => double.Parse(p.Groups[1].Value, CultureInfo.InvariantCulture) * Seconds(p.Groups[2].Value));
        return TimeSpan.FromSeconds(text.StartsWith('-') ? -seconds : seconds);
    }

    private static double Seconds(string unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        _ => 1e-9,
    };

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
