using System.Text;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Tests.Expressions;

/// <summary>Whatever is written, the language answers or says why not, and soon.</summary>
public sealed class ExpressionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "result", "result[0]", "1", "2.5", "-1", "0", "'a'", "\"b\"", "nil", "true", "false", "[", "]", "(", ")", "{", "}", ",", ":", "?", "?.", "??", ".", "..", "#", "#acc",
        "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", "in", "not", "and", "or", "&&", "||", "|", "!", "matches", "contains", "let x =", ";", "x", "if", "else",
        "len(", "all(", "map(", "reduce(", "sum(", "isNaN(", "isNil(", "default(", "asInt(", "asFloat(", "filter(", "max(", "sort(", "join(", "split(", "1..3", "now()", "duration('1h')",
        "toJSON(", "fromJSON('[1,{}]')", "get(", "first(", "string(", "groupBy(", "repeat('ab',", " ", "\n", "=", "@", "\\", "`", "é", "🐟",
    ];

    private static readonly Value[] Results =
        [Value.Absent, new Value.Float(0.99), new Value.Float(double.NaN), Value.Floats([0.1, double.PositiveInfinity]), Value.Floats([]), new Value.Text("7"), new Value.Boolean(true)];

    [Fact]
    public void Expression_OfRandomPieces_AnswersOrFailsInItsOwnWay()
    {
        var answered = 0;
        for (var seed = 0; seed < 30_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var i = random.Next(1, 14); i > 0; i--)
                text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(4) == 0 ? "" : " ");
            answered += Try(text.ToString(), Results[random.Next(Results.Length)], seed) ? 1 : 0;
        }

        // If nothing ever evaluated, the pieces would test the error paths only.
        Assert.InRange(answered, 300, 30_000);
    }

    [Fact]
    public void Expression_Mutated_AnswersOrFailsInItsOwnWay()
    {
        string[] seeds =
        [
            "result[0] >= 0.95", "all(result, # > 0.5) and len(result) > 0", "isNaN(result) || result < 5 ? true : default(result, 0) > 1",
            "let x = result[0]; {a: [x, x ** 2]}.a[-1:] | map(# * 2) | sum() <= 3.0", "asFloat(string(result)) in 1..100 or 'a' matches \"b.*\"",
        ];
        for (var seed = 0; seed < 30_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var i = random.Next(1, 5); i > 0 && text.Length > 0; i--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)),
                    1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    _ => text.Replace(text[at], (char)random.Next(1, 0x250), at, 1),
                };
            }

            Try(text.ToString(), Results[random.Next(Results.Length)], seed);
        }
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("!", "")]
    [InlineData("len(", ")")]
    [InlineData("true ? 1 : ", "")]
    [InlineData("1 + ", "")]
    [InlineData("{a: ", "}")]
    [InlineData("any([1], ", ")")]
    [InlineData("if true { 1 } else ", "")]
    [InlineData("let x = 1; ", "")]
    public void Expression_NestedWithoutMeasure_IsRefused(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 2_000)) + "1" + string.Concat(Enumerable.Repeat(close, 2_000));
        var error = Assert.Throws<ExpressionException>(() => Expression.Parse(text));
        Assert.Contains("nested more than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("any(1..1000, {any(1..1000, {any(1..1000, {false})})})")]
    [InlineData("reduce(1..100, [#acc, #acc], 1) == reduce(1..100, [#acc, #acc], 1)")]
    [InlineData("string(reduce(1..60, [#acc, #acc], 1))")]
    [InlineData("toJSON(reduce(1..60, [#acc, #acc], 1))")]
    [InlineData("flatten(reduce(1..60, [#acc, #acc], 1))")]
    [InlineData("reduce(1..60, #acc + #acc, 'aaaa')")]
    [InlineData("reduce(1..300, [#acc], 1)")]
    [InlineData("reduce(1..60, concat(#acc, #acc), [1])")]
    [InlineData("uniq(1..100000)")]
    [InlineData("reduce(1..60, replace(#acc, 'a', 'aa'), 'a')")]
    public void Expression_ThatWouldTakeForEver_IsCutOff(string text)
    {
        var error = Assert.Throws<ExpressionException>(() => Expression.Parse(text).Evaluate(ExpressionScope.ForResult(Value.Absent, DateTimeOffset.UnixEpoch)));
        Assert.True(error.Message.Contains("steps", StringComparison.Ordinal) || error.Message.Contains("nested", StringComparison.Ordinal), error.Message);
    }

    private static bool Try(string text, Value result, int seed)
    {
        try
        {
            _ = Expression.Parse(text).Evaluate(ExpressionScope.ForResult(result, DateTimeOffset.UnixEpoch));
            return true;
        }
        catch (ExpressionException e)
        {
            Assert.NotEmpty(e.Describe(text));
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.GetType().Name} for: {text}", e);
        }
    }
}
