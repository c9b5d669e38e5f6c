using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>APISIX' routes.</summary>
internal sealed class ApisixSource : IRouteSource
{
    private const double DefaultWeight = 100;

    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.ApisixRoutes];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects) => objects.Each(RouteTypes.ApisixRoutes, Rules);

    private static IEnumerable<RouteRule> Rules(KubeObject route)
    {
        var index = 0;
        foreach (var rule in route.Root.At("spec").Items("http"))
        {
            var match = rule.At("match");
            var place = $"spec.http[{index}]";
            foreach (var path in match.Texts("paths").DefaultIfEmpty("/*"))
            {
                var order = RuleOrder.Of(RouteFamily.Apisix, route, index, Precedence(rule, path));
                var condition = Condition.All([Path(path), .. Others(match, place)]);
                var forward = new Forward
                {
                    Family = RouteFamily.Apisix,
                    Source = route.Key,
                    Path = path,
                    Targets = [.. rule.Items("backends").Select(b => new WeightedTarget(new ServiceRef(route.Namespace!, b.Text("serviceName") ?? "", b.Port("servicePort")), b.Number("weight") ?? DefaultWeight))],
                };
                foreach (var host in match.Texts("hosts").DefaultIfEmpty())
                    yield return new RouteRule(HostPattern.Normal(host), order, condition, forward);
            }

            index++;
        }
    }

    /// <summary>A longer path comes first; among equal paths the higher priority.</summary>
    private static long Precedence(JsonElement rule, string path) =>
        ((path.EndsWith('*') ? 0L : 1) << 50) + ((long)path.Length << 32) + (rule.Int("priority") ?? 0);

    private static PathIs Path(string path) => new(path.EndsWith('*') ? TextTest.Prefix(path[..^1]) : TextTest.Exact(path));

    private static IEnumerable<Condition> Others(JsonElement match, string place)
    {
        if (match.Texts("methods").ToImmutableArray() is { IsEmpty: false } methods)
            yield return new MethodIn(methods);
        foreach (var expression in match.Items("exprs"))
            yield return Expression(expression, place);
    }

    private static Condition Expression(JsonElement expression, string place)
    {
        var value = expression.Text("value") ?? "";
        var set = expression.Texts("set").ToImmutableArray();
        return expression.Text("op") switch
        {
            "Equal" => Subject(expression, TextTest.Exact(value), place),
            "NotEqual" => new Not(Subject(expression, TextTest.Exact(value), place)),
            "RegexMatch" => Subject(expression, TextTest.Somewhere(value), place),
            "RegexMatchCaseInsensitive" => Subject(expression, TextTest.Somewhere($"(?i){value}"), place),
            "RegexNotMatch" => new Not(Subject(expression, TextTest.Somewhere(value), place)),
            "In" => new AnyOf([.. set.Select(s => Subject(expression, TextTest.Exact(s), place))]),
            "NotIn" => new Not(new AnyOf([.. set.Select(s => Subject(expression, TextTest.Exact(s), place))])),
            var other => throw new RouteException($"{place}.match.exprs: found the operator {other}, expected Equal, NotEqual, RegexMatch, RegexMatchCaseInsensitive, RegexNotMatch, In or NotIn"),
        };
    }

    private static Condition Subject(JsonElement expression, TextTest test, string place)
    {
        var subject = expression.At("subject");
        var name = subject.Text("name") ?? "";
        return subject.Text("scope") switch
        {
            "Header" => new HeaderIs(name, test),
            "Query" => new QueryIs(name, test),
            "Cookie" => new CookieIs(name, test),
            "Path" => new PathIs(test),
            var other => throw new RouteException($"{place}.match.exprs: found the scope {other}, expected Header, Query, Cookie or Path"),
        };
    }
}
