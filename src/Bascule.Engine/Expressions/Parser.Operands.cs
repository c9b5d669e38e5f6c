using System.Collections.Immutable;
using System.Globalization;

namespace Bascule.Engine.Expressions;

/// <summary>The operands: literals, names, calls, lists, maps, and what follows them.</summary>
internal sealed partial class Parser
{
    private Node Primary()
    {
        var token = Current;
        if (token.Kind == TokenKind.Operator && UnaryPrecedence.TryGetValue(token.Text, out var binding))
        {
            Advance();
            return Postfix(new Node.Unary(token.Position, token.Text, Expression(binding)));
        }

        if (token.Is(TokenKind.Bracket, "("))
        {
            Advance();
            var inner = Sequence();
            Expect(TokenKind.Bracket, ")");
            return Postfix(inner);
        }

        if (predicates > 0 && token.Is(TokenKind.Operator, "#"))
        {
            Advance();
            var name = Current.Kind == TokenKind.Name ? Expect(TokenKind.Name).Text : "";
            return Postfix(new Node.Pointer(token.Position, name));
        }

        // Within a predicate a leading point is short for a field of the element; Postfix reads the rest.
        if (predicates > 0 && token.Is(TokenKind.Operator, "."))
            return Postfix(new Node.Pointer(token.Position, ""));
        if (token.Is(TokenKind.Operator, "::"))
        {
            Advance();
            return Postfix(Call(Expect(TokenKind.Name), []));
        }

        return token.Kind switch
        {
            TokenKind.Name => Postfix(NameOrCall()),
            TokenKind.Number => Number(),
            TokenKind.Text => Postfix(new Node.Literal(Expect(TokenKind.Text).Position, new Value.Text(token.Text))),
            TokenKind.Bracket when token.Text == "[" => Postfix(List()),
            TokenKind.Bracket when token.Text == "{" => Postfix(Map()),
            TokenKind.Bracket or TokenKind.Operator or TokenKind.End => throw Unexpected(),
        };
    }

    private Node NameOrCall()
    {
        var token = Expect(TokenKind.Name);
        return token.Text switch
        {
            "true" or "false" => new Node.Literal(token.Position, new Value.Boolean(token.Text == "true")),
            "nil" => new Node.Literal(token.Position, Value.Absent),
            _ when Current.Is(TokenKind.Bracket, "(") => Call(token, []),
            _ => new Node.Name(token.Position, token.Text),
        };
    }

    private Node.Literal Number()
    {
        var token = Expect(TokenKind.Number);
        var text = token.Text.Replace("_", "", StringComparison.Ordinal);
        if (text.Length > 1 && text[0] == '0' && char.IsAsciiLetter(text[1]) && text[1] is not ('e' or 'E'))
            return new(token.Position, new Value.Integer(WithBase(token, text)));
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new(token.Position, new Value.Float(number))
                : throw new ExpressionException($"invalid float literal: {token.Text}", token.Position);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)
            ? new(token.Position, new Value.Integer(integer))
            : throw new ExpressionException($"invalid integer literal: {token.Text}", token.Position);
    }

    private static long WithBase(Token token, string text)
    {
        var (style, radix) = text[1] switch
        {
            'x' or 'X' => (NumberStyles.AllowHexSpecifier, 16),
            'b' or 'B' => (NumberStyles.AllowBinarySpecifier, 2),
            _ => (NumberStyles.None, 8),
        };
        var digits = text[2..];
        try
        {
            return radix == 8
                ? digits.Length is > 0 and < 22 && digits.All(d => d is >= '0' and <= '7') ? Convert.ToInt64(digits, 8) : throw new FormatException()
                : long.Parse(digits, style, CultureInfo.InvariantCulture) is >= 0 and var number ? number : throw new OverflowException();
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new ExpressionException($"invalid integer literal: {token.Text}", token.Position);
        }
    }

    private Node.Call Call(Token name, ImmutableArray<Node> piped)
    {
        Expect(TokenKind.Bracket, "(");
        var arguments = piped.ToBuilder();
        var predicateAt = PredicateFunctions.PredicateArgument(name.Text);
        while (!Current.Is(TokenKind.Bracket, ")"))
        {
            if (arguments.Count > piped.Length)
                Expect(TokenKind.Operator, ",");
            if (Current.Is(TokenKind.Bracket, ")"))
                break;
            arguments.Add(arguments.Count == predicateAt ? Predicate() : Expression(0));
        }

        Expect(TokenKind.Bracket, ")");
        return new(name.Position, name.Text, arguments.ToImmutable());
    }

    private Node.Predicate Predicate()
    {
        var position = Current.Position;
        predicates++;
        var body = Current.Is(TokenKind.Bracket, "{") ? Block() : Expression(0);
        predicates--;
        return new(position, body);
    }

    private Node.ListOf List()
    {
        var position = Expect(TokenKind.Bracket, "[").Position;
        var items = ImmutableArray.CreateBuilder<Node>();
        while (!Current.Is(TokenKind.Bracket, "]"))
        {
            if (items.Count > 0)
                Expect(TokenKind.Operator, ",");
            if (Current.Is(TokenKind.Bracket, "]"))
                break;
            items.Add(Expression(0));
        }

        Expect(TokenKind.Bracket, "]");
        return new(position, items.ToImmutable());
    }

    private Node.MapOf Map()
    {
        var position = Expect(TokenKind.Bracket, "{").Position;
        var keys = ImmutableArray.CreateBuilder<Node>();
        var values = ImmutableArray.CreateBuilder<Node>();
        while (!Current.Is(TokenKind.Bracket, "}"))
        {
            if (keys.Count > 0)
                Expect(TokenKind.Operator, ",");
            if (Current.Is(TokenKind.Bracket, "}"))
                break;
            keys.Add(MapKey());
            Expect(TokenKind.Operator, ":");
            values.Add(Expression(0));
        }

        Expect(TokenKind.Bracket, "}");
        return new(position, keys.ToImmutable(), values.ToImmutable());
    }

    private Node MapKey()
    {
        if (Current.Is(TokenKind.Bracket, "("))
            return Expression(0);
        if (Current.Kind is not (TokenKind.Name or TokenKind.Number or TokenKind.Text))
            throw Unexpected("a map key: a name, a number, a string, or an expression in parentheses");
        var key = new Node.Literal(Current.Position, new Value.Text(Current.Text));
        Advance();
        return key;
    }

    private Node Postfix(Node node)
    {
        var optionalSeen = false;
        while (true)
        {
            var token = Current;
            var optional = token.Is(TokenKind.Operator, "?.");
            if (optional || token.Is(TokenKind.Operator, "."))
            {
                Advance();
                if (optional && Current.Is(TokenKind.Bracket, "["))
                    node = IndexOrSlice(node, optional);
                else
                    node = Field(node, optional);
            }
            else if (token.Is(TokenKind.Bracket, "["))
            {
                node = IndexOrSlice(node, optional: false);
            }
            else
            {
                return optionalSeen ? new Node.Chain(node.Position, node) : node;
            }

            optionalSeen |= optional;
        }
    }

    private Node.Member Field(Node target, bool optional)
    {
        var name = Current;
        // Words such as "not" and "matches" are operators elsewhere but good field names.
        if (name.Kind != TokenKind.Name && !(name.Kind == TokenKind.Operator && char.IsLetter(name.Text[0])))
            throw Unexpected("the name of a field");
        Advance();
        if (Current.Is(TokenKind.Bracket, "("))
            throw new ExpressionException($"there are no methods in conditions: {name.Text} cannot be called", name.Position);
        return new(name.Position, target, new Node.Literal(name.Position, new Value.Text(name.Text)), optional);
    }

    private Node IndexOrSlice(Node target, bool optional)
    {
        var position = Expect(TokenKind.Bracket, "[").Position;
        var from = Current.Is(TokenKind.Operator, ":") ? null : Expression(0);
        if (!Current.Is(TokenKind.Operator, ":"))
        {
            Expect(TokenKind.Bracket, "]");
            return new Node.Member(position, target, from!, optional);
        }

        Advance();
        var to = Current.Is(TokenKind.Bracket, "]") ? null : Expression(0);
        Expect(TokenKind.Bracket, "]");
        return new Node.Slice(position, target, from, to);
    }
}
