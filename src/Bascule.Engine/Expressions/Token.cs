namespace Bascule.Engine.Expressions;

internal enum TokenKind
{
    End,
    Name,
    Number,
    Text,
    Operator,
    Bracket,
}

/// <summary>A word of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The word; for a string its unescaped content.</param>
/// <param name="Position">Its first character, from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;

    public override string ToString() => Kind == TokenKind.End ? "end of expression" : $"{Kind}(\"{Text}\")";
}
