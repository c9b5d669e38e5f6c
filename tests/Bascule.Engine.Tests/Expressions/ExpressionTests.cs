using System.Text.Json;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Tests.Expressions;

/// <summary>The language itself, against what the reference language answers.</summary>
public sealed class ExpressionTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // literals
    [InlineData("1_000", "1000")]
    [InlineData("0x1F + 0b11 + 0o17", "49")]
    [InlineData("1.5e3", "1500")]
    [InlineData(".5", "0.5")]
    [InlineData("'a\\tb' + \"\\u0041\" + `\\n`", "a\tbA\\n")]
    [InlineData("[1, 2.5, 'x', nil, true,]", "[1 2.5 x <nil> true]")]
    [InlineData("{a: 1, 'b': 2, 3: 4, ('c' + 'd'): 5}", "map[3:4 a:1 b:2 cd:5]")]
    [InlineData("/* c */ 1 // rest", "1")]
    // arithmetic
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("7 / 2", "3.5")]
    [InlineData("6 / 3", "2")]
    [InlineData("7 % 4", "3")]
    [InlineData("-7 % 4", "-3")]
    [InlineData("2 ** 3 ** 2", "512")]
    [InlineData("2 ^ 3", "8")]
    [InlineData("-2 ** 2", "-4")]
    [InlineData("10 - 3 - 2", "5")]
    [InlineData("1 / 0", "+Inf")]
    [InlineData("-1 / 0", "-Inf")]
    [InlineData("0 / 0", "NaN")]
    [InlineData("1000000.0", "1e+06")]
    [InlineData("123456.0", "123456")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("9223372036854775807 + 1", "-9223372036854775808")]
    // comparison and logic
    [InlineData("1 == 1.0", "true")]
    [InlineData("1 < 2 and 2 < 3", "true")]
    [InlineData("1 < 2 < 3", "true")]
    [InlineData("3 > 2 > 2", "false")]
    [InlineData("'a' < 'b'", "true")]
    [InlineData("not true or true", "true")]
    [InlineData("!false && not false", "true")]
    [InlineData("[1, [2]] == [1.0, [2]]", "true")]
    [InlineData("{a: 1} == {a: 1.0}", "true")]
    [InlineData("0/0 == 0/0", "false")]
    [InlineData("true || fromJSON('[]')[0]", "true")]
    // membership and text
    [InlineData("2 in [1, 2]", "true")]
    [InlineData("2 not in [1, 2]", "false")]
    [InlineData("'a' in {a: 1}", "true")]
    [InlineData("1 in 1..3", "true")]
    [InlineData("'prod-1' matches '^prod-[0-9]+$'", "true")]
    [InlineData("'abc' contains 'b' and 'abc' startsWith 'a' and 'abc' endsWith 'c'", "true")]
    [InlineData("'abc' not contains 'x'", "true")]
    // choice
    [InlineData("true ? 1 : 2", "1")]
    [InlineData("false ? 1 : true ? 2 : 3", "2")]
    [InlineData("if 1 > 2 { 'a' } else if true { 'b' } else { 'c' }", "b")]
    [InlineData("nil ?? 5", "5")]
    [InlineData("let x = 2; let y = x * 3; x + y", "8")]
    // access
    [InlineData("[1, 2, 3][-1]", "3")]
    [InlineData("[1, 2, 3, 4][1:3]", "[2 3]")]
    [InlineData("[1, 2, 3][:-1]", "[1 2]")]
    [InlineData("'hello'[1:3]", "el")]
    [InlineData("{a: {b: 1}}.a.b", "1")]
    [InlineData("{a: {b: 1}}['a']?.b", "1")]
    [InlineData("fromJSON('{}').a?.b.c.d", "<nil>")]
    [InlineData("fromJSON('{\"in\": 1}').in", "1")]
    // predicates
    [InlineData("all([1, 2], # > 0)", "true")]
    [InlineData("any(1..3, {# == 4})", "false")]
    [InlineData("none([1, 2], {# > 2})", "true")]
    [InlineData("one([1, 2, 2], # == 1)", "true")]
    [InlineData("filter(1..6, # % 2 == 0)", "[2 4 6]")]
    [InlineData("map([{v: 1}, {v: 2}], .v * 10)", "[10 20]")]
    [InlineData("map(3..4, #index)", "[0 1]")]
    [InlineData("count([true, false, true])", "2")]
    [InlineData("count(1..5, # > 3)", "2")]
    [InlineData("sum([1, 2.5])", "3.5")]
    [InlineData("sum([{v: 1}, {v: 2}], .v)", "3")]
    [InlineData("find(1..5, # > 2)", "3")]
    [InlineData("findIndex(1..5, # > 2)", "2")]
    [InlineData("findLast(1..5, # < 3)", "2")]
    [InlineData("findLastIndex(1..5, # > 9)", "-1")]
    [InlineData("reduce(1..4, #acc * #)", "24")]
    [InlineData("reduce(1..3, #acc + #, 10)", "16")]
    [InlineData("sortBy([{v: 2}, {v: 1}], .v)[0].v", "1")]
    [InlineData("groupBy(1..4, # % 2)", "map[0:[2 4] 1:[1 3]]")]
    [InlineData("any([[1], [2]], {any(#, # == 2)})", "true")]
    [InlineData("1..3 | map(# * 2) | sum()", "12")]
    // functions
    [InlineData("len('héllo') + len([1]) + len({a: 1})", "7")]
    [InlineData("max(1, 5, 3) + min([4, 2])", "7")]
    [InlineData("mean([1, 2, 6])", "3")]
    [InlineData("median([5, 1, 3, 4])", "3.5")]
    [InlineData("mean([])", "0")]
    [InlineData("abs(-3) + abs(-1.5)", "4.5")]
    [InlineData("ceil(1.2) + floor(1.8) + round(2.5)", "6")]
    [InlineData("int('42') + int(1.9)", "43")]
    [InlineData("float('1.5') * 2", "3")]
    [InlineData("string(1.0) + string([1, 'a'])", "1[1 a]")]
    [InlineData("first([]) == nil and last([1, 2]) == 2", "true")]
    [InlineData("join(['a', 'b'], '-') + trim('  x ') + upper('y')", "a-bxY")]
    [InlineData("split('a,b,c', ',', 2)", "[a b,c]")]
    [InlineData("replace('aaa', 'a', 'b', 2)", "bba")]
    [InlineData("repeat('ab', 2) + lower('C')", "ababc")]
    [InlineData("indexOf('chicken', 'ken')", "4")]
    [InlineData("keys({b: 1, a: 2})", "[a b]")]
    [InlineData("values({a: 1})", "[1]")]
    [InlineData("fromPairs(toPairs({a: 1}))", "map[a:1]")]
    [InlineData("sort([3, 1, 2], 'desc')", "[3 2 1]")]
    [InlineData("reverse(uniq([1, 1, 2]))", "[2 1]")]
    [InlineData("flatten([1, [2, [3]]])", "[1 2 3]")]
    [InlineData("concat([1], [2])", "[1 2]")]
    [InlineData("take([1, 2, 3], 2)", "[1 2]")]
    [InlineData("get([1], 5)", "<nil>")]
    [InlineData("type(1.5) + type([]) + type(nil)", "floatarraynil")]
    [InlineData("fromBase64(toBase64('hi'))", "hi")]
    [InlineData("toJSON(fromJSON('[1,2]')) == \"[\\n  1,\\n  2\\n]\"", "true")]
    // time
    [InlineData("now() - duration('1h') < now()", "true")]
    [InlineData("date('2026-05-04T12:00:00Z') == now()", "true")]
    [InlineData("now() - date('2026-05-04') == duration('12h')", "true")]
    public void Expression_Evaluates_AsTheReferenceDoes_EXPR10_EXPR11(string expression, string expected)
    {
        var value = Expression.Parse(expression).Evaluate(ExpressionScope.ForResult(Value.Absent, Now));
        Assert.Equal(expected, ValueText.Format(value, new()));
    }

    [Theory]
    [InlineData("", "unexpected token end of expression (1:1)")]
    [InlineData("1 +", "unexpected token end of expression (1:4)")]
    [InlineData("1 1", "unexpected token Number(\"1\") (1:3)")]
    [InlineData("(1", "unexpected token end of expression, expected ) (1:3)")]
    [InlineData("foo > 1", "unknown name foo (1:1)")]
    [InlineData("true ||\n  foo(1)", "unknown name foo (2:3)")]
    [InlineData("'a", "literal not terminated (1:1)")]
    [InlineData("1 @ 2", "unrecognized character: '@' (1:3)")]
    [InlineData("1.2.3", "unexpected token Number(\".3\") (1:4)")]
    [InlineData("99999999999999999999", "invalid integer literal: 99999999999999999999 (1:1)")]
    [InlineData("1 > 'a'", "invalid operation: > (mismatched types int and string) (1:3)")]
    [InlineData("true || 1", "invalid operation: || (mismatched types bool and int) (1:6)")]
    [InlineData("1 ?? 2 + 3", "Operator (+) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses. (1:8)")]
    [InlineData("[1][1]", "index out of range: 1 (array length is 1) (1:4)")]
    [InlineData("1 % 0", "integer divide by zero (1:3)")]
    [InlineData("len(1)", "invalid argument for len (type int) (1:1)")]
    [InlineData("len()", "invalid number of arguments for len (expected 1, got 0) (1:1)")]
    [InlineData("all(1, # > 0)", "builtin all takes only array (got int) (1:5)")]
    [InlineData("all([1], 5)", "predicate of all should return bool (got int) (1:10)")]
    [InlineData("fromJSON('[1]')[0].a", "cannot fetch a from float64 (1:20)")]
    [InlineData("fromJSON('{}').a.b", "cannot fetch b from <nil> (1:18)")]
    [InlineData("fromJSON('[1]')[0] > 'a'", "invalid operation: float64 > string (1:20)")]
    [InlineData("'a' matches '('", "error parsing regexp (")]
    [InlineData("now().Unix()", "there are no methods in conditions: Unix cannot be called (1:7)")]
    [InlineData("1..10000000", "the expression takes more than 2000000 steps (1:2)")]
    [InlineData("repeat('a', 10000000)", "the expression takes more than 2000000 steps (1:1)")]
    [InlineData("duration('x') > duration('1s')", "time: invalid duration \"x\" (1:1)")]
    public void Expression_ThatIsWrong_SaysWhatAndWhere(string expression, string expected)
    {
        var error = Assert.Throws<ExpressionException>(() => Expression.Parse(expression).Evaluate(ExpressionScope.ForResult(Value.Absent, Now)));
        Assert.StartsWith(expected, error.Describe(expression), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"data\":{\"ok\":true,\"n\":5}}", "result.data.ok && result.data.n >= 5", true)]
    [InlineData("{\"a\":1}", "result.missing == nil", true)]
    [InlineData("[{\"v\":1},{\"v\":2}]", "all(result, .v > 0) and len(result) == 2", true)]
    [InlineData("\"healthy\"", "result == 'healthy'", true)]
    [InlineData("[1,2,3]", "result[0] + result[-1] == 4", true)]
    [InlineData("null", "default(result, 3) == 3", true)]
    [InlineData("{\"n\":\"7\"}", "asInt(result.n) == 7 && asFloat(result.n) == 7.0", true)]
    public void Expression_OverDecodedJson_ReachesEverything_EXPR12_EXPR13(string json, string expression, bool expected)
    {
        var value = Expression.Parse(expression).Evaluate(ExpressionScope.ForResult(ValueJson.Read(JsonElement.Parse(json)), Now));
        Assert.Equal(new Value.Boolean(expected), value);
    }
}
