using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Bascule.Metrics.Web.JsonPathTemplate;

namespace Bascule.Metrics.Web;

/// <summary>Reads <see cref="JsonPathTemplate"/> from left to right.</summary>
internal sealed partial class JsonPathParser(string text)
{
    /// <summary>More ranges within ranges than anybody writes.</summary>
    private const int MostNesting = 20;

    private const string NameEnd = " \t\n\r{}.[]\"'";

    private int _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    /// <summary>The whole template.</summary>
    public ImmutableArray<Part> Template()
    {
        var parts = Parts(depth: 0, out var ended);
        return ended ? throw new JsonPathException("not in range, nothing to end") : parts;
    }

    private ImmutableArray<Part> Parts(int depth, out bool ended)
    {
        if (depth > MostNesting)
            throw new JsonPathException($"ranges are nested more than {MostNesting} deep");
        var parts = ImmutableArray.CreateBuilder<Part>();
        while (_at < text.Length)
        {
            var open = text.IndexOf('{', _at);
            var end = open < 0 ? text.Length : open;
            if (end > _at)
                parts.Add(new ConstantPart(Text(text[_at..end])));
            _at = end;
            if (open < 0)
                break;
            _at++;
            if (Action(parts, depth))
            {
                ended = true;
                return parts.ToImmutable();
            }
        }

        ended = false;
        return parts.ToImmutable();
    }

    /// <summary>What stands in braces; true for an <c>end</c>.</summary>
    private bool Action(ImmutableArray<Part>.Builder parts, int depth)
    {
        SkipBlanks();
        switch (Word())
        {
            case "end":
                Close();
                return true;
            case "range":
                SkipBlanks();
                var over = Steps();
                Close();
                var body = Parts(depth + 1, out var ended);
                parts.Add(ended ? new RangePart(over, body) : throw new JsonPathException("unterminated range"));
                return false;
            case "":
                break;
            case var word:
                throw new JsonPathException($"unrecognized identifier {word}");
        }

        while (Current != '}')
        {
            if (Current == '\0')
                throw new JsonPathException("unclosed action");
            parts.Add(Current is '"' or '\'' ? new ConstantPart(Text(Quoted())) : Current is '-' or '+' || char.IsAsciiDigit(Current) ? new ConstantPart(Number()) : new PathPart(Steps()));
            SkipBlanks();
        }

        Close();
        return false;
    }

    private void Close()
    {
        SkipBlanks();
        if (Current != '}')
            throw new JsonPathException(Current == '\0' ? "unclosed action" : $"unexpected '{Current}' in the action that ends at {_at}");
        _at++;
    }

    private string Word()
    {
        var start = _at;
        while (char.IsAsciiLetter(Current))
            _at++;
        return text[start.._at];
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r')
            _at++;
    }

    /// <summary>A path, from an optional <c>$</c> or <c>@</c> on.</summary>
    private ImmutableArray<JsonPathStep> Steps()
    {
        var steps = ImmutableArray.CreateBuilder<JsonPathStep>();
        var start = _at;
        if (Current is '$' or '@')
            _at++;
        while (Current is '.' or '[')
        {
            if (Current == '[')
                steps.Add(Bracket());
            else if (text.AsSpan(_at).StartsWith(".."))
                steps.AddRange(Recursive());
            else
                steps.AddRange(Named());
        }

        if (_at == start)
            throw new JsonPathException(Current == '\0' ? "unclosed action" : $"unrecognized character in action: '{Current}'");
        return steps.ToImmutable();
    }

    private IEnumerable<JsonPathStep> Recursive()
    {
        _at += 2;
        var name = Name();
        if (name.Length == 0)
            return [new RecursiveStep()];
        return [new RecursiveStep(), name == "*" ? new WildcardStep() : new FieldStep(name)];
    }

    private IEnumerable<JsonPathStep> Named()
    {
        _at++;
        var name = Name();
        return name switch
        {
            // {.} is the value itself.
            "" => [],
            "*" => [new WildcardStep()],
            _ => [new FieldStep(name)],
        };
    }

    private string Name()
    {
        var name = new StringBuilder();
        while (Current != '\0' && !NameEnd.Contains(Current, StringComparison.Ordinal))
        {
            if (Current == '\\' && _at + 1 < text.Length)
                _at++;
            name.Append(Current);
            _at++;
        }

        return name.ToString();
    }

    private JsonPathStep Bracket()
    {
        _at++;
        if (text.AsSpan(_at).StartsWith("?("))
            return Filter();
        var members = new List<JsonPathStep>();
        while (true)
        {
            SkipBlanks();
            members.Add(Member());
            SkipBlanks();
            if (Current == ']')
                break;
            if (Current != ',')
                throw new JsonPathException(Current == '\0' ? "unterminated array" : $"invalid array index: unexpected '{Current}'");
            _at++;
        }

        _at++;
        return members.Count == 1 ? members[0] : new UnionStep([.. members]);
    }

    private JsonPathStep Member()
    {
        if (Current is '"' or '\'')
            return new FieldStep(Quoted());
        if (Current == '*')
        {
            _at++;
            return new WildcardStep();
        }

        var start = _at;
        while (Current is '-' or ':' || char.IsAsciiDigit(Current))
            _at++;
        var numbers = text[start.._at].Split(':');
        if (numbers is [var only])
            return SliceStep.Index(Integer(only) ?? throw new JsonPathException($"invalid array index {text[start..]}"));
        if (numbers.Length > 3)
            throw new JsonPathException($"invalid array index {text[start.._at]}");
        var step = numbers.Length == 3 ? Integer(numbers[2]) ?? 1 : 1;
        return step > 0 ? new SliceStep(Integer(numbers[0]), Integer(numbers[1]), step) : throw new JsonPathException("step must be > 0");
    }

    private static int? Integer(string digits)
    {
        if (digits.Length == 0)
            return null;
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new JsonPathException($"invalid array index {digits}");
    }

    /// <summary><c>?(left operator right)]</c>; quotation marks protect parentheses.</summary>
    private FilterStep Filter()
    {
        _at += 2;
        var start = _at;
        var depth = 1;
        for (; depth > 0; _at++)
        {
            switch (Current)
            {
                case '\0':
                    throw new JsonPathException("unterminated filter");
                case '"' or '\'':
                    Quoted();
                    _at--;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
            }
        }

        var condition = text[start..(_at - 1)];
        SkipBlanks();
        if (Current != ']')
            throw new JsonPathException("unclosed array expect ]");
        _at++;
        return Comparison().Match(condition) is { Success: true } match
            ? new FilterStep(Operand(match.Groups[1].Value), match.Groups[2].Value, Operand(match.Groups[3].Value))
            : new FilterStep(Operand(condition), "", null);
    }

    private static JsonPathOperand Operand(string side)
    {
        var parser = new JsonPathParser(side.Trim());
        return parser.Operand();
    }

    private JsonPathOperand Operand()
    {
        JsonElement constant = default;
        ImmutableArray<JsonPathStep> path = [];
        if (Current is '"' or '\'')
            constant = Text(Quoted());
        else if (Current is '-' or '+' || char.IsAsciiDigit(Current))
            constant = Number();
        else if (text is "true" or "false")
            (constant, _at) = (JsonElement.Parse(text), text.Length);
        else
            path = Steps();
        return _at == text.Length ? new(constant, path) : throw new JsonPathException($"unexpected '{Current}' in filter");
    }

    private string Quoted()
    {
        var quote = Current;
        var value = new StringBuilder();
        for (_at++; Current != quote; _at++)
        {
            if (Current == '\0')
                throw new JsonPathException("unterminated quoted string");
            if (Current == '\\' && _at + 1 < text.Length)
                _at++;
            value.Append(Current);
        }

        _at++;
        return value.ToString();
    }

    private JsonElement Number()
    {
        var start = _at;
        if (Current is '-' or '+')
            _at++;
        while (char.IsAsciiDigit(Current) || Current is '.' or 'e' or 'E')
            _at++;
        var digits = text[start.._at];
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonElement.Parse(number.ToString("R", CultureInfo.InvariantCulture))
            : throw new JsonPathException($"cannot parse number {digits}");
    }

    private static JsonElement Text(string value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            writer.WriteStringValue(value);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    [GeneratedRegex("^([^!<>=]+)([!<>=]+)(.+?)$", RegexOptions.Singleline)]
    private static partial Regex Comparison();
}
