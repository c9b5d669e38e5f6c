using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>
/// Ambassador's Mappings. Those that ask the same of a request are one rule: a Mapping with a weight gets that percentage,
/// those without share what is left.
/// </summary>
internal sealed class AmbassadorSource : IRouteSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.Mappings];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects) =>
        objects.All(RouteTypes.Mappings).GroupBy(m => Signature(m.Root.At("spec"))).SelectMany(group => objects.Try(RouteTypes.Mappings, group.First(), () => [Rule([.. group])]));

    private static RouteRule Rule(ImmutableArray<KubeObject> mappings)
    {
        var first = mappings[0];
        var spec = first.Root.At("spec");
        var prefix = spec.Text("prefix") ?? "/";
        var isRegex = spec.IsTrue("prefix_regex");
        var conditions = new List<Condition> { isRegex ? new PathIs(TextTest.Whole(prefix)) : new PathIs(TextTest.Prefix(prefix)) };
        if (spec.Text("method") is { Length: > 0 } method)
            conditions.Add(new MethodIn([method]));
        conditions.AddRange(spec.TextMap("headers").Select(h => new HeaderIs(h.Key, TextTest.Exact(h.Value))));
        conditions.AddRange(spec.TextMap("regex_headers").Select(h => new HeaderIs(h.Key, TextTest.Whole(h.Value))));
        return new RouteRule(
            HostPattern.Normal(spec.Text("hostname") ?? spec.Text("host")),
            RuleOrder.Of(RouteFamily.Ambassador, first, 0, ((long)(spec.Int("precedence") ?? 0) << 32) + (prefix.Length << 8) + conditions.Count),
            Condition.All(conditions),
            new Forward { Family = RouteFamily.Ambassador, Source = first.Key, Path = prefix, Targets = Targets(mappings, isRegex ? null : prefix) });
    }

    private static ImmutableArray<WeightedTarget> Targets(ImmutableArray<KubeObject> mappings, string? prefix)
    {
        var weighted = mappings.Where(m => m.Root.At("spec").Number("weight") is not null).ToList();
        var rest = mappings.Except(weighted).ToList();
        var left = Math.Max(0, 100 - weighted.Sum(m => m.Root.At("spec").Number("weight")!.Value));
        return
        [
            .. rest.Select(m => Target(m, left / rest.Count, prefix)),
            .. weighted.Select(m => Target(m, m.Root.At("spec").Number("weight")!.Value, prefix) with { IsCanary = true }),
        ];
    }

    private static WeightedTarget Target(KubeObject mapping, double weight, string? prefix)
    {
        var spec = mapping.Root.At("spec");
        // Without a word about it, the prefix is cut off; an empty text leaves the path as it is.
        var rewrite = spec.Text("rewrite") ?? "/";
        return new WeightedTarget(Service(mapping), weight)
        {
            Edits = prefix is null || rewrite.Length == 0 ? Edits.None : new Edits { Path = new PathRewrite(prefix, rewrite) },
        };
    }

    /// <summary><c>name</c>, <c>name.namespace</c>, with a scheme before it and a port after it or not.</summary>
    private static ServiceRef Service(KubeObject mapping)
    {
        var written = mapping.Root.At("spec").Text("service") ?? throw new RouteException($"Mapping {mapping.Key}: spec.service: found nothing, expected the name of a Service");
        var text = written[(written.IndexOf("://", StringComparison.Ordinal) is var at && at >= 0 ? at + 3 : 0)..];
        var parts = text.Split(':', 2);
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new RouteException($"Mapping {mapping.Key}: spec.service: found '{written}', expected name.namespace:port");
        var service = ServiceHosts.Parse(parts[0], mapping.Namespace!);
        return new ServiceRef(service.Namespace!, service.Name, parts.Length == 2 ? parts[1] : "");
    }

    /// <summary>All that a Mapping asks of a request, as one text.</summary>
    private static string Signature(JsonElement spec) => string.Join(
        '\n',
        [
            HostPattern.Normal(spec.Text("hostname") ?? spec.Text("host")), spec.Text("prefix"), spec.IsTrue("prefix_regex").ToString(), spec.Text("method"),
            .. spec.TextMap("headers").Concat(spec.TextMap("regex_headers")).Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal),
        ]);
}
