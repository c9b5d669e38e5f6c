using System.Globalization;

namespace Bascule.Sandbox.Schema.Cel;

/// <summary>
/// Compiles the part of the Common Expression Language that the rules of the field's CRDs use: literals, fields, indexes,
/// operators, <c>has</c>, the macros <c>all exists exists_one filter map</c> and the functions of <see cref="CelFunctions"/>.
/// </summary>
internal sealed class CelParser
{
    private static readonly HashSet<string> s_macros = ["all", "exists", "exists_one", "filter", "map"];

    private readonly List<CelToken> tokens;
    private int at;
    private (CelNode Operand, string Field)? selection;

    private CelParser(string text) => tokens = CelTokens.Of(text);

    /// <summary>The compiled expression.</summary>
    /// <exception cref="CelUnsupportedException">It uses something that is not here.</exception>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var node = parser.Expression();
        if (parser.Next.Kind != CelTokenKind.End)
            throw new CelUnsupportedException($"unexpected {parser.Next.Text}");
        return node;
    }

    private CelToken Next => tokens[at];

    private bool Take(string symbol)
    {
        if (Next.Kind == CelTokenKind.Text || Next.Text != symbol || Next.Kind == CelTokenKind.End)
            return false;
        at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw new CelUnsupportedException($"expected {symbol}, found {Next.Text}");
    }

    private CelNode Expression()
    {
        var condition = Or();
        if (!Take("?"))
            return condition;
        var then = Expression();
        Expect(":");
        var otherwise = Expression();
        return s => CelValues.Truth(condition(s)) ? then(s) : otherwise(s);
    }

    private CelNode Or()
    {
        var left = And();
        while (Take("||"))
        {
            var (a, b) = (left, And());
            left = s => Either(a, b, s, deciding: true);
        }

        return left;
    }

    private CelNode And()
    {
        var left = Relation();
        while (Take("&&"))
        {
            var (a, b) = (left, Relation());
            left = s => Either(a, b, s, deciding: false);
        }

        return left;
    }

    /// <summary>One side that decides makes up for a failure of the other, whichever comes first.</summary>
    private static bool Either(CelNode a, CelNode b, CelScope scope, bool deciding)
    {
        try
        {
            if (CelValues.Truth(a(scope)) == deciding)
                return deciding;
        }
        catch (CelException) when (CelValues.Truth(b(scope)) == deciding)
        {
            return deciding;
        }

        return CelValues.Truth(b(scope));
    }

    private CelNode Relation()
    {
        var left = Sum();
        while (Next.Kind is CelTokenKind.Symbol or CelTokenKind.Name && Next.Text is "==" or "!=" or "<" or "<=" or ">" or ">=" or "in")
        {
            var sign = tokens[at++].Text;
            var (a, b) = (left, Sum());
            left = sign switch
            {
                "==" => s => CelValues.AreEqual(a(s), b(s)),
                "!=" => s => !CelValues.AreEqual(a(s), b(s)),
                "<" => s => CelValues.Compare(a(s), b(s)) < 0,
                "<=" => s => CelValues.Compare(a(s), b(s)) <= 0,
                ">" => s => CelValues.Compare(a(s), b(s)) > 0,
                ">=" => s => CelValues.Compare(a(s), b(s)) >= 0,
                _ => s => CelValues.Contains(b(s), a(s)),
            };
        }

        return left;
    }

    private CelNode Sum()
    {
        var left = Product();
        while (Next.Kind == CelTokenKind.Symbol && Next.Text is "+" or "-")
        {
            var sign = tokens[at++].Text[0];
            var (a, b) = (left, Product());
            left = s => CelValues.Calculate(sign, a(s), b(s));
        }

        return left;
    }

    private CelNode Product()
    {
        var left = Unary();
        while (Next.Kind == CelTokenKind.Symbol && Next.Text is "*" or "/" or "%")
        {
            var sign = tokens[at++].Text[0];
            var (a, b) = (left, Unary());
            left = s => CelValues.Calculate(sign, a(s), b(s));
        }

        return left;
    }

    private CelNode Unary()
    {
        if (Take("!"))
        {
            var negated = Unary();
            return s => !CelValues.Truth(negated(s));
        }

        if (Take("-"))
        {
            var inner = Unary();
            return s => CelValues.Calculate('-', 0L, inner(s));
        }

        return Member();
    }

    private CelNode Member()
    {
        var node = Primary();
        while (true)
        {
            if (Take("."))
            {
                node = Selected(node, Name());
            }
            else if (Take("["))
            {
                var (list, index) = (node, Expression());
                Expect("]");
                node = s => CelValues.Index(list(s), index(s));
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode Selected(CelNode operand, string name)
    {
        if (!Take("("))
        {
            selection = (operand, name);
            return s => CelValues.Field(operand(s), name);
        }

        if (s_macros.Contains(name))
            return Macro(operand, name);
        var arguments = Arguments();
        return s => CelFunctions.Call(name, [operand(s), .. arguments.Select(a => a(s))]);
    }

    private CelNode Macro(CelNode operand, string name)
    {
        var variable = Name();
        Expect(",");
        var body = Expression();
        Expect(")");
        return s => CelFunctions.Macro(name, CelValues.Items(operand(s)), item => body(new CelScope(variable, item, s)));
    }

    private CelNode Primary()
    {
        var token = tokens[at++];
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                return _ => token.Text;
            case CelTokenKind.Number:
                return Number(token.Text);
            case CelTokenKind.Name:
                return Named(token.Text);
            case CelTokenKind.Symbol when token.Text == "(":
                var inner = Expression();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text == "[":
                var items = Arguments("]");
                return s => items.Select(i => i(s)).ToList();
            default:
                throw new CelUnsupportedException($"unexpected {token.Text}");
        }
    }

    private CelNode Named(string name)
    {
        if (name is "true" or "false" or "null")
            return _ => name == "null" ? null : name == "true";
        if (!Take("("))
            return s => s.Find(name);
        if (name != "has")
        {
            var arguments = Arguments();
            return s => CelFunctions.Call(name, [.. arguments.Select(a => a(s))]);
        }

        selection = null;
        Expression();
        Expect(")");
        var (operand, field) = selection ?? throw new CelUnsupportedException("has() of something that is no field");
        return s => CelValues.Has(operand(s), field);
    }

    private List<CelNode> Arguments(string end = ")")
    {
        var arguments = new List<CelNode>();
        while (!Take(end))
        {
            arguments.Add(Expression());
            if (!Take(","))
            {
                Expect(end);
                break;
            }
        }

        return arguments;
    }

    private string Name() => Next.Kind == CelTokenKind.Name ? tokens[at++].Text : throw new CelUnsupportedException($"expected a name, found {Next.Text}");

    private static CelNode Number(string text)
    {
        object value = text.Contains('.', StringComparison.Ordinal)
            ? (object)double.Parse(text, CultureInfo.InvariantCulture)
            : long.TryParse(text.TrimEnd('u'), CultureInfo.InvariantCulture, out var whole) ? whole : throw new CelUnsupportedException($"number {text}");
        return _ => value;
    }
}
