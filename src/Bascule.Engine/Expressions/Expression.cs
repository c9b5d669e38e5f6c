namespace Bascule.Engine.Expressions;

/// <summary>
/// A parsed expression of the condition language (EXPR-10). Immutable; evaluating it always ends, and fails only with
/// <see cref="ExpressionException"/>.
/// </summary>
public sealed class Expression
{
    private readonly Node root;

    private Expression(string text, Node root)
    {
        Text = text;
        this.root = root;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="ExpressionException">It is none.</exception>
    public static Expression Parse(string text) => new(text, Parser.Parse(text));

    /// <summary>Checks the types against what the scope holds (EXPR-12), then evaluates.</summary>
    /// <exception cref="ExpressionException">The types cannot fit, or the evaluation failed or took too long.</exception>
    public Value Evaluate(ExpressionScope scope)
    {
        _ = Checker.Check(root, scope);
        return new Evaluator(scope).Evaluate(root, null);
    }
}
