using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>The Gateway API's HTTPRoutes, under Gateways of any class and under Services.</summary>
internal sealed class HttpRouteSource : IRouteSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.HttpRoutes, RouteTypes.Gateways, RouteTypes.GatewayClasses, RouteTypes.ReferenceGrants];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects) => objects.Each(RouteTypes.HttpRoutes, route => Rules(route, objects));

    private static IEnumerable<RouteRule> Rules(KubeObject route, RouteObjects objects)
    {
        var hosts = HttpRouteParents.Read(route, objects).SelectMany(p => p.Hosts).Distinct().ToList();
        var index = 0;
        foreach (var (rule, number) in route.Root.At("spec").Items("rules").Select((r, i) => (r, i)))
        {
            var matches = rule.Items("matches").DefaultIfEmpty().ToList();
            foreach (var match in matches)
            {
                var forward = Forward(route, rule, match, $"spec.rules[{number}]", objects);
                var order = RuleOrder.Of(RouteFamily.GatewayApi, route, index++, Precedence(match));
                foreach (var host in hosts)
                    yield return new RouteRule(host, order, Match(match), forward);
            }
        }
    }

    /// <summary>The specification's order: exact paths, longer prefixes, a method, more headers, more query parameters.</summary>
    private static long Precedence(JsonElement match)
    {
        var path = match.At("path");
        var length = (path.Text("value") ?? "/").Length;
        var isExact = path.Text("type") == "Exact";
        return ((isExact ? 1L : 0) << 40) + ((long)length << 20) + ((match.Text("method") is null ? 0L : 1) << 16) + ((long)match.Items("headers").Count() << 8) + match.Items("queryParams").Count();
    }

    private static Condition Match(JsonElement match)
    {
        var parts = new List<Condition>();
        if (match.At("path") is { ValueKind: JsonValueKind.Object } path)
            parts.Add(Path(path));
        if (match.Text("method") is { } method)
            parts.Add(new MethodIn([method]));
        parts.AddRange(match.Items("headers").Select(h => new HeaderIs(h.Text("name") ?? "", Test(h))));
        parts.AddRange(match.Items("queryParams").Select(q => new QueryIs(q.Text("name") ?? "", Test(q))));
        return Condition.All(parts);
    }

    private static Condition Path(JsonElement path)
    {
        var value = path.Text("value") ?? "/";
        return path.Text("type") switch
        {
            "Exact" => new PathIs(TextTest.Exact(value)),
            "RegularExpression" => new PathIs(TextTest.Whole(value)),
            _ => new PathUnder(value),
        };
    }

    private static TextTest Test(JsonElement match) =>
        match.Text("type") == "RegularExpression" ? TextTest.Whole(match.Text("value") ?? "") : TextTest.Exact(match.Text("value") ?? "");

    private static Forward Forward(KubeObject route, JsonElement rule, JsonElement match, string place, RouteObjects objects)
    {
        var path = match.At("path").Text("value") ?? "/";
        var mirrors = rule.Items("filters").Where(f => f.Text("type") == "RequestMirror").Select(f => Mirror(route, f.At("requestMirror"), objects)).OfType<MirrorTarget>().ToImmutableArray();
        return new Forward
        {
            Family = RouteFamily.GatewayApi,
            Source = route.Key,
            Path = path,
            Targets = [.. rule.Items("backendRefs").Select(b => Target(route, b, path, place, mirrors, objects))],
            Edits = Filters(rule, path, place, mayMirror: true),
            Timeout = rule.At("timeouts").Duration("request") ?? rule.At("timeouts").Duration("backendRequest"),
        };
    }

    private static WeightedTarget Target(KubeObject route, JsonElement backend, string path, string place, ImmutableArray<MirrorTarget> mirrors, RouteObjects objects)
    {
        var weight = backend.Number("weight") ?? 1;
        // The share of a reference that cannot be followed fails; it does not go to the others.
        var service = BackendReferences.Follow(route, backend, objects).Service ?? new ServiceRef(route.Namespace!, "", "");
        return new WeightedTarget(service, weight) { Edits = Filters(backend, path, $"{place}.backendRefs", mayMirror: false), Mirrors = mirrors };
    }

    private static MirrorTarget? Mirror(KubeObject route, JsonElement mirror, RouteObjects objects)
    {
        var fraction = mirror.At("fraction");
        var share = fraction.Exists() ? (fraction.Number("numerator") ?? 0) / (fraction.Number("denominator") ?? 100) : (mirror.Number("percent") ?? 100) / 100;
        return BackendReferences.Follow(route, mirror.At("backendRef"), objects).Service is { } service ? new MirrorTarget(service, share) : null;
    }

    private static Edits Filters(JsonElement holder, string path, string place, bool mayMirror)
    {
        var edits = Edits.None;
        foreach (var filter in holder.Items("filters"))
        {
            edits = filter.Text("type") switch
            {
                "RequestHeaderModifier" => edits with { Request = edits.Request.AddRange(filter.At("requestHeaderModifier").HeaderEdits()) },
                "ResponseHeaderModifier" => edits with { Response = edits.Response.AddRange(filter.At("responseHeaderModifier").HeaderEdits()) },
                "URLRewrite" => Rewritten(edits, filter.At("urlRewrite"), path),
                "RequestMirror" when mayMirror => edits,
                var other => throw new RouteException($"{place}.filters: found {other}, which is not honoured by the sandbox's gateway"),
            };
        }

        return edits;
    }

    private static Edits Rewritten(Edits edits, JsonElement rewrite, string path)
    {
        var change = rewrite.At("path");
        return edits with
        {
            Host = rewrite.Text("hostname") ?? edits.Host,
            Path = change.Text("type") switch
            {
                "ReplaceFullPath" => new PathRewrite(null, change.Text("replaceFullPath") ?? "/"),
                "ReplacePrefixMatch" => new PathRewrite(path, change.Text("replacePrefixMatch") ?? "/"),
                _ => edits.Path,
            },
        };
    }
}
