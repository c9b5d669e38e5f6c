using System.Text;

namespace Bascule.Sandbox.Schema.Cel;

/// <summary>What a token is.</summary>
internal enum CelTokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A name.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text, quotes and escapes resolved.</summary>
    Text,

    /// <summary>An operator or bracket.</summary>
    Symbol,
}

/// <summary>One token.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text);

/// <summary>Cuts an expression into tokens.</summary>
internal static class CelTokens
{
    private static readonly string[] s_long = ["==", "!=", "<=", ">=", "&&", "||"];

    /// <summary>All tokens, the end last.</summary>
    public static List<CelToken> Of(string text)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (c is '"' or '\'' || (c == 'r' && at + 1 < text.Length && text[at + 1] is '"' or '\''))
                tokens.Add(new(CelTokenKind.Text, Quoted(text, ref at)));
            else if (char.IsAsciiDigit(c))
                tokens.Add(new(CelTokenKind.Number, While(text, ref at, x => char.IsAsciiLetterOrDigit(x) || x == '.')));
            else if (char.IsAsciiLetter(c) || c == '_')
                tokens.Add(new(CelTokenKind.Name, While(text, ref at, x => char.IsAsciiLetterOrDigit(x) || x == '_')));
            else
                tokens.Add(new(CelTokenKind.Symbol, Symbol(text, ref at)));
        }

        tokens.Add(new(CelTokenKind.End, ""));
        return tokens;
    }

    private static string While(string text, ref int at, Func<char, bool> belongs)
    {
        var start = at;
        while (at < text.Length && belongs(text[at]))
            at++;
        return text[start..at];
    }

    private static string Symbol(string text, ref int at)
    {
        var start = at;
        at += s_long.Any(s => string.CompareOrdinal(text, start, s, 0, 2) == 0) ? 2 : 1;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var isRaw = text[at] == 'r';
        if (isRaw)
            at++;
        var quote = text[at].ToString();
        if (at + 2 < text.Length && text[at + 1] == text[at] && text[at + 2] == text[at])
            quote = new string(text[at], 3);
        at += quote.Length;
        var value = new StringBuilder();
        while (string.CompareOrdinal(text, at, quote, 0, quote.Length) != 0)
        {
            if (at >= text.Length)
                throw new CelUnsupportedException("a text without an end");
            if (text[at] == '\\' && !isRaw && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                value.Append(text[at]);
            }

            at++;
        }

        at += quote.Length;
        return value.ToString();
    }
}
