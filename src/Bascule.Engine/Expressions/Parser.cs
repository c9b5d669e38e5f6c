using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>Builds the tree of an expression: operators by precedence climbing (EXPR-10).</summary>
internal sealed partial class Parser
{
    private const int MaxLength = 64 * 1024;

    private static readonly FrozenDictionary<string, int> BinaryPrecedence = new Dictionary<string, int>
    {
        ["|"] = 0,
        ["or"] = 10,
        ["||"] = 10,
        ["and"] = 15,
        ["&&"] = 15,
        ["=="] = 20,
        ["!="] = 20,
        ["<"] = 20,
        [">"] = 20,
        ["<="] = 20,
        [">="] = 20,
        ["in"] = 20,
        ["matches"] = 20,
        ["contains"] = 20,
        ["startsWith"] = 20,
        ["endsWith"] = 20,
        [".."] = 25,
        ["+"] = 30,
        ["-"] = 30,
        ["*"] = 60,
        ["/"] = 60,
        ["%"] = 60,
        ["**"] = 100,
        ["^"] = 100,
        ["??"] = 500,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> UnaryPrecedence =
        new Dictionary<string, int> { ["not"] = 50, ["!"] = 50, ["-"] = 90, ["+"] = 90 }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Comparisons = FrozenSet.ToFrozenSet(["<", ">", "<=", ">="]);
    private static readonly FrozenSet<string> Negatable = FrozenSet.ToFrozenSet(["in", "matches", "contains", "startsWith", "endsWith"]);

    private readonly ImmutableArray<Token> tokens;
    private int at;
    private int nesting;
    private int predicates;

    private Parser(ImmutableArray<Token> tokens) => this.tokens = tokens;

    private Token Current => tokens[at];

    public static Node Parse(string source)
    {
        if (source.Length > MaxLength)
            throw new ExpressionException($"the expression has {source.Length} characters, at most {MaxLength} are allowed", -1);
        var parser = new Parser(Lexer.Read(source));
        var node = parser.Sequence();
        return parser.Current.Kind == TokenKind.End ? node : throw parser.Unexpected();
    }

    private Node Sequence()
    {
        var steps = ImmutableArray.Create(Expression(0));
        while (Current.Is(TokenKind.Operator, ";"))
        {
            Advance();
            if (Current.Kind == TokenKind.End)
                break;
            steps = steps.Add(Expression(0));
        }

        return steps.Length == 1 ? steps[0] : new Node.Sequence(steps[0].Position, steps);
    }

    /// <summary>Everything that binds at least as strongly as <paramref name="precedence"/>.</summary>
    private Node Expression(int precedence)
    {
        if (++nesting > Node.MaxDepth)
            throw new ExpressionException($"the expression is nested more than {Node.MaxDepth} deep", Current.Position);
        var node = Operand(precedence);
        nesting--;
        return node;
    }

    private Node Operand(int precedence)
    {
        if (precedence == 0 && Current.Is(TokenKind.Operator, "let"))
            return Let();
        if (precedence == 0 && Current.Is(TokenKind.Operator, "if"))
            return If();

        var left = Primary();
        var previous = "";
        while (Current.Kind == TokenKind.Operator)
        {
            var negated = Current.Text == "not";
            var at = negated ? tokens[this.at + 1] : Current;
            if (negated && !Negatable.Contains(at.Text))
                throw new ExpressionException($"unexpected token {at}", at.Position);
            if (!BinaryPrecedence.TryGetValue(at.Text, out var binding) || binding < precedence)
                break;
            if (previous == "??" && at.Text != "??" && at.Text != "|")
                throw new ExpressionException($"Operator ({at.Text}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.", at.Position);
            Advance();
            if (negated)
                Advance();
            left = Combine(left, at, binding, negated);
            previous = at.Text;
        }

        return precedence == 0 ? Ternary(left) : left;
    }

    private Node Combine(Node left, Token op, int binding, bool negated)
    {
        if (op.Text == "|")
            return Postfix(Call(Expect(TokenKind.Name), [left]));
        if (Comparisons.Contains(op.Text))
            return Comparison(left, op, binding);
        var rightAssociative = op.Text is "**" or "^";
        Node node = new Node.Binary(op.Position, op.Text, left, Expression(rightAssociative ? binding : binding + 1));
        return negated ? new Node.Unary(op.Position, "not", node) : node;
    }

    /// <summary><c>a &lt; b &lt; c</c> means <c>a &lt; b &amp;&amp; b &lt; c</c>.</summary>
    private Node Comparison(Node left, Token op, int binding)
    {
        Node? all = null;
        while (true)
        {
            var right = Expression(binding + 1);
            var one = new Node.Binary(op.Position, op.Text, left, right);
            all = all is null ? one : new Node.Binary(op.Position, "&&", all, one);
            if (Current.Kind != TokenKind.Operator || !Comparisons.Contains(Current.Text))
                return all;
            (left, op) = (right, Current);
            Advance();
        }
    }

    private Node Ternary(Node condition)
    {
        while (Current.Is(TokenKind.Operator, "?"))
        {
            var position = Current.Position;
            Advance();
            var then = condition;
            if (!Current.Is(TokenKind.Operator, ":"))
                then = Expression(0);
            Expect(TokenKind.Operator, ":");
            condition = new Node.Conditional(position, condition, then, Expression(0));
        }

        return condition;
    }

    private Node.Let Let()
    {
        Advance();
        var name = Expect(TokenKind.Name);
        Expect(TokenKind.Operator, "=");
        var value = Expression(0);
        Expect(TokenKind.Operator, ";");
        return new(name.Position, name.Text, value, Sequence());
    }

    private Node.Conditional If()
    {
        var position = Current.Position;
        if (++nesting > Node.MaxDepth)
            throw new ExpressionException($"the expression is nested more than {Node.MaxDepth} deep", position);
        Advance();
        var condition = Expression(0);
        var then = Block();
        Expect(TokenKind.Operator, "else");
        var otherwise = Current.Is(TokenKind.Operator, "if") ? If() : Block();
        nesting--;
        return new(position, condition, then, otherwise);
    }

    private Node Block()
    {
        Expect(TokenKind.Bracket, "{");
        var body = Sequence();
        Expect(TokenKind.Bracket, "}");
        return body;
    }

    private void Advance() => at = Math.Min(at + 1, tokens.Length - 1);

    private Token Expect(TokenKind kind, string? text = null)
    {
        var token = Current;
        if (token.Kind != kind || (text is not null && token.Text != text))
            throw Unexpected(text ?? (kind == TokenKind.Name ? "a name" : kind.ToString()));
        Advance();
        return token;
    }

    private ExpressionException Unexpected(string? expected = null) =>
        new(expected is null ? $"unexpected token {Current}" : $"unexpected token {Current}, expected {expected}", Current.Position);
}
