namespace Bascule.Engine.Expressions;

/// <summary>An expression cannot be read, is mistyped, or failed while it was evaluated. The only exception of this namespace.</summary>
public sealed class ExpressionException : Exception
{
    /// <summary>An error at a place of the expression.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="position">The character at fault, from 0; negative when the whole expression is.</param>
    public ExpressionException(string message, int position)
        : base(message)
    {
        Position = position;
    }

    /// <summary>The character at fault, from 0; negative when the whole expression is.</summary>
    public int Position { get; }

    /// <summary>The message with line and column, both from 1, such as <c>unknown name foo (1:8)</c>.</summary>
    /// <param name="expression">The text that was evaluated.</param>
    public string Describe(string expression)
    {
        if (Position < 0)
            return Message;
        var before = expression.AsSpan(0, Math.Min(Position, expression.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - before.LastIndexOf('\n');
        return $"{Message} ({line}:{column})";
    }
}
