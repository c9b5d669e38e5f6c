using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Bascule.Engine.Expressions;

/// <summary>Cuts an expression into tokens.</summary>
internal ref struct Lexer(string source)
{
    private static readonly FrozenSet<string> Words =
        FrozenSet.ToFrozenSet(["in", "not", "and", "or", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"]);

    // Longest first, so that "<=" is not read as "<" and "=".
    private static readonly ImmutableArray<string> Symbols =
        ["==", "!=", "<=", ">=", "&&", "||", "**", "??", "?.", "..", "::", "+", "-", "*", "/", "%", "^", "<", ">", "!", "?", ":", ".", ",", "|", "#", "=", ";"];

    private int at;

    public static ImmutableArray<Token> Read(string source)
    {
        var lexer = new Lexer(source);
        var tokens = ImmutableArray.CreateBuilder<Token>();
        do
            tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens.ToImmutable();
    }

    private readonly char Current => at < source.Length ? source[at] : '\0';

    private Token Next()
    {
        SkipBlanksAndComments();
        if (at >= source.Length)
            return new(TokenKind.End, "", at);
        var first = Current;
        if (IsNameStart(first))
            return Name();
        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1])))
            return Number();
        if (first is '"' or '\'')
            return QuotedText();
        if (first == '`')
            return RawText();
        if ("()[]{}".Contains(first, StringComparison.Ordinal))
            return new(TokenKind.Bracket, first.ToString(), at++);
        return Symbol();
    }

    private void SkipBlanksAndComments()
    {
        while (at < source.Length)
        {
            if (char.IsWhiteSpace(source[at]))
            {
                at++;
            }
            else if (StartsWith("//"))
            {
                var end = source.IndexOf('\n', at);
                at = end < 0 ? source.Length : end;
            }
            else if (StartsWith("/*"))
            {
                var end = source.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw new ExpressionException("unclosed comment", at) : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token Name()
    {
        var start = at;
        while (at < source.Length && (IsNameStart(source[at]) || char.IsDigit(source[at])))
            at++;
        var text = source[start..at];
        return new(Words.Contains(text) ? TokenKind.Operator : TokenKind.Name, text, start);
    }

    private Token Number()
    {
        var start = at;
        if (Current == '0' && at + 1 < source.Length && source[at + 1] is 'x' or 'X' or 'b' or 'B' or 'o' or 'O')
        {
            at += 2;
            while (char.IsAsciiHexDigit(Current) || Current == '_')
                at++;
        }
        else
        {
            SkipDigits();
            // Two points are a range, as in 1..3.
            if (Current == '.' && !StartsWith(".."))
            {
                at++;
                SkipDigits();
            }

            if (Current is 'e' or 'E')
            {
                at++;
                if (Current is '+' or '-')
                    at++;
                SkipDigits();
            }
        }

        if (IsNameStart(Current) || char.IsDigit(Current))
            throw new ExpressionException($"bad number syntax: \"{source[start..(at + 1)]}\"", start);
        return new(TokenKind.Number, source[start..at], start);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Current) || Current == '_')
            at++;
    }

    private Token QuotedText()
    {
        var start = at;
        var quote = source[at++];
        var text = new StringBuilder();
        while (Current != quote)
        {
            if (at >= source.Length || Current is '\n')
                throw new ExpressionException("literal not terminated", start);
            if (Current == '\\')
                text.Append(Escape());
            else
                text.Append(source[at++]);
        }

        at++;
        return new(TokenKind.Text, text.ToString(), start);
    }

    private Token RawText()
    {
        var start = at;
        var end = source.IndexOf('`', at + 1);
        if (end < 0)
            throw new ExpressionException("literal not terminated", start);
        at = end + 1;
        return new(TokenKind.Text, source[(start + 1)..end], start);
    }

    private string Escape()
    {
        var start = at++;
        if (at >= source.Length)
            throw new ExpressionException("literal not terminated", start);
        var letter = source[at++];
        return letter switch
        {
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            '\\' or '\'' or '"' or '`' or '?' => letter.ToString(),
            'x' or 'X' => Rune(start, 2),
            'u' => Rune(start, 4),
            'U' => Rune(start, 8),
            _ => throw new ExpressionException($"invalid escape sequence \\{letter}", start),
        };
    }

    private string Rune(int start, int digits)
    {
        if (at + digits > source.Length
            || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !System.Text.Rune.IsValid(code))
        {
            throw new ExpressionException("invalid escape sequence: expected the hexadecimal code of a character", start);
        }

        at += digits;
        return new Rune(code).ToString();
    }

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (!StartsWith(symbol))
                continue;
            var start = at;
            at += symbol.Length;
            return new(TokenKind.Operator, symbol, start);
        }

        throw new ExpressionException($"unrecognized character: '{source[at]}'", at);
    }

    private readonly bool StartsWith(string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0;

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '$';
}
