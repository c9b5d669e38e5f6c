using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Bascule.Engine.Expressions;

/// <summary>Functions over strings.</summary>
internal static class TextFunctions
{
    private static readonly StaticType Text = new(Kinds.Text);
    private static readonly StaticType Integer = new(Kinds.Integer);
    private static readonly StaticType Boolean = new(Kinds.Boolean);
    private static readonly StaticType Texts = new(Kinds.List, Kinds.Text);

    public static ImmutableArray<Function> All { get; } =
    [
        new("trim", Text, (_, a) => Of(a.Length == 1 ? Chars(a[0]).Trim() : Chars(a[0]).Trim(Chars(a[1]).ToCharArray())), Kinds.Text, Kinds.Text) { Required = 1 },
        new("trimPrefix", Text, (_, a) => Of(TrimPrefix(Chars(a[0]), a.Length == 1 ? " " : Chars(a[1]))), Kinds.Text, Kinds.Text) { Required = 1 },
        new("trimSuffix", Text, (_, a) => Of(TrimSuffix(Chars(a[0]), a.Length == 1 ? " " : Chars(a[1]))), Kinds.Text, Kinds.Text) { Required = 1 },
        new("upper", Text, (_, a) => Of(Chars(a[0]).ToUpperInvariant()), Kinds.Text),
        new("lower", Text, (_, a) => Of(Lower(Chars(a[0]))), Kinds.Text),
        new("split", Texts, (e, a) => Split(e, a, keepSeparator: false), Kinds.Text, Kinds.Text, Kinds.Integer) { Required = 2 },
        new("splitAfter", Texts, (e, a) => Split(e, a, keepSeparator: true), Kinds.Text, Kinds.Text, Kinds.Integer) { Required = 2 },
        new("replace", Text, Replace, Kinds.Text, Kinds.Text, Kinds.Text, Kinds.Integer) { Required = 3 },
        new("repeat", Text, Repeat, Kinds.Text, Kinds.Integer),
        new("indexOf", Integer, (_, a) => new Value.Integer(ByteIndex(Chars(a[0]), Chars(a[0]).IndexOf(Chars(a[1]), StringComparison.Ordinal))), Kinds.Text, Kinds.Text),
        new("lastIndexOf", Integer, (_, a) => new Value.Integer(ByteIndex(Chars(a[0]), Chars(a[0]).LastIndexOf(Chars(a[1]), StringComparison.Ordinal))), Kinds.Text, Kinds.Text),
        new("hasPrefix", Boolean, (_, a) => new Value.Boolean(Chars(a[0]).StartsWith(Chars(a[1]), StringComparison.Ordinal)), Kinds.Text, Kinds.Text),
        new("hasSuffix", Boolean, (_, a) => new Value.Boolean(Chars(a[0]).EndsWith(Chars(a[1]), StringComparison.Ordinal)), Kinds.Text, Kinds.Text),
    ];

    private static string Chars(Value value) => ((Value.Text)value).Characters;

    private static Value.Text Of(string text) => new(text);

#pragma warning disable CA1308 // lower() is what the expression asks for.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    private static string TrimPrefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string TrimSuffix(string text, string suffix) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    // Go counts bytes of UTF-8.
    private static long ByteIndex(string text, int index) => index < 0 ? -1 : Encoding.UTF8.GetByteCount(text.AsSpan(0, index));

    private static Value.List Split(Evaluation evaluation, ImmutableArray<Value> arguments, bool keepSeparator)
    {
        var (text, separator) = (Chars(arguments[0]), Chars(arguments[1]));
        var limit = arguments.Length == 3 ? ((Value.Integer)arguments[2]).Number : -1;
        evaluation.Budget.Spend(text.Length + 1);
        if (limit == 0)
            return new([], Kinds.Text);
        // Go splits at every character when there is no separator.
        string[] parts;
        if (separator.Length == 0)
            parts = [.. text.EnumerateRunes().Select(r => r.ToString())];
        else
            parts = limit < 0 ? text.Split(separator) : text.Split(separator, (int)Math.Min(limit, int.MaxValue));
        if (keepSeparator)
            parts = [.. parts.Select((p, i) => i < parts.Length - 1 ? p + separator : p)];
        return new([.. parts.Select(Of)], Kinds.Text);
    }

    private static Value.Text Replace(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var (text, old, replacement) = (Chars(arguments[0]), Chars(arguments[1]), Chars(arguments[2]));
        var left = arguments.Length == 4 && ((Value.Integer)arguments[3]).Number >= 0 ? ((Value.Integer)arguments[3]).Number : long.MaxValue;
        if (old.Length == 0)
            throw new ExpressionException("invalid argument for replace (the text to replace is empty)", -1);
        var result = new StringBuilder();
        var at = 0;
        while (left-- > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is >= 0 and var found)
        {
            evaluation.Budget.Spend(found - at + replacement.Length + 1);
            result.Append(text, at, found - at).Append(replacement);
            at = found + old.Length;
        }

        return Of(result.Append(text, at, text.Length - at).ToString());
    }

    private static Value.Text Repeat(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var (text, times) = (Chars(arguments[0]), ((Value.Integer)arguments[1]).Number);
        if (times < 0)
            throw new ExpressionException(string.Create(CultureInfo.InvariantCulture, $"invalid argument for repeat (expected positive integer, got {times})"), -1);
        evaluation.Budget.Spend(Math.Min(times, Budget.Steps + 1L) * Math.Max(1, text.Length));
        return Of(new StringBuilder().Insert(0, text, (int)times).ToString());
    }
}
