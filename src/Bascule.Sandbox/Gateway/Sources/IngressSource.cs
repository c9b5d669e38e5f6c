using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>
/// Ingresses of any class, and ingress-nginx' canary annotations. A canary Ingress adds to the main Ingress of the same
/// host and path: what its header asks for counts first, then its cookie, then its weight.
/// </summary>
internal sealed class IngressSource : IRouteSource
{
    private const string Annotations = "nginx.ingress.kubernetes.io/";

    /// <summary>Comes before every longer path of another kind.</summary>
    private const long ExactPath = 1L << 40;

    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [ResourceTypes.Ingresses];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects)
    {
        var paths = objects.All(ResourceTypes.Ingresses).SelectMany(Paths).ToList();
        var canaries = paths.Where(p => IsCanary(p.Ingress)).ToLookup(p => (p.Ingress.Namespace, p.Host, p.Path));
        var mains = paths.Where(p => !IsCanary(p.Ingress)).ToList();
        foreach (var lonely in paths.Where(p => IsCanary(p.Ingress)).ExceptBy(mains.Select(m => (m.Ingress.Namespace, m.Host, m.Path)), p => (p.Ingress.Namespace, p.Host, p.Path)))
            objects.Refuse(ResourceTypes.Ingresses, lonely.Ingress, $"no other Ingress has host {lonely.Host} and path {lonely.Path}: a canary Ingress only adds to one that is none");
        return mains.SelectMany(main => objects.Try(ResourceTypes.Ingresses, main.Ingress, () => Rules(main, [.. canaries[(main.Ingress.Namespace, main.Host, main.Path)]])));
    }

    private static bool IsCanary(KubeObject ingress) => ingress.Annotations.GetValueOrDefault(Annotations + "canary") == "true";

    private static IEnumerable<IngressPath> Paths(KubeObject ingress)
    {
        var spec = ingress.Root.At("spec");
        var index = 0;
        foreach (var rule in spec.Items("rules"))
        {
            foreach (var path in rule.At("http").Items("paths"))
            {
                var written = path.Text("path") is { Length: > 0 } some ? some : "/";
                yield return new IngressPath(ingress, index++, HostPattern.Normal(rule.Text("host")), written, path.Text("pathType") == "Exact", path.At("backend"));
            }
        }

        if (spec.At("defaultBackend") is { ValueKind: JsonValueKind.Object } fallback)
            yield return new IngressPath(ingress, index, HostPattern.Any, "/", IsExact: false, fallback) { IsFallback = true };
    }

    private static IEnumerable<RouteRule> Rules(IngressPath main, ImmutableArray<IngressPath> canaries)
    {
        Condition path = main.IsExact ? new PathIs(TextTest.Exact(main.Path)) : new PathUnder(main.Path);
        var precedence = main.IsFallback ? -1 : (main.IsExact ? ExactPath : 0) + (main.Path.Length << 8);
        var target = new WeightedTarget(main.Service, 1);
        foreach (var canary in canaries)
        {
            foreach (var (condition, isCanary) in Wishes(canary.Ingress))
            {
                var chosen = isCanary ? new WeightedTarget(canary.Service, 1) { IsCanary = true } : target;
                yield return Rule(precedence + 1, Condition.All([path, condition]), [chosen]);
            }
        }

        yield return Rule(precedence, path, Shares(target, canaries));

        RouteRule Rule(long above, Condition condition, ImmutableArray<WeightedTarget> targets) => new(
            main.Host,
            RuleOrder.Of(RouteFamily.Ingress, main.Ingress, main.Index, above),
            condition,
            new Forward { Family = RouteFamily.Ingress, Source = main.Ingress.Key, Host = main.Host, Path = main.Path, Main = main.Service, Targets = targets });
    }

    /// <summary>Who asks for the canary by name, and who asks to be spared; the first that holds counts.</summary>
    private static IEnumerable<(Condition Condition, bool IsCanary)> Wishes(KubeObject canary)
    {
        if (canary.Annotations.GetValueOrDefault(Annotations + "canary-by-header") is { Length: > 0 } header)
        {
            if (canary.Annotations.GetValueOrDefault(Annotations + "canary-by-header-value") is { Length: > 0 } value)
            {
                yield return (new HeaderIs(header, TextTest.Exact(value)), true);
            }
            else if (canary.Annotations.GetValueOrDefault(Annotations + "canary-by-header-pattern") is { Length: > 0 } pattern)
            {
                yield return (new HeaderIs(header, TextTest.Somewhere(pattern)), true);
            }
            else
            {
                yield return (new HeaderIs(header, TextTest.Exact("always")), true);
                yield return (new HeaderIs(header, TextTest.Exact("never")), false);
            }
        }

        if (canary.Annotations.GetValueOrDefault(Annotations + "canary-by-cookie") is { Length: > 0 } cookie)
        {
            yield return (new CookieIs(cookie, TextTest.Exact("always")), true);
            yield return (new CookieIs(cookie, TextTest.Exact("never")), false);
        }
    }

    private static ImmutableArray<WeightedTarget> Shares(WeightedTarget main, ImmutableArray<IngressPath> canaries)
    {
        ImmutableArray<WeightedTarget> others =
            [.. canaries.Select(c => new WeightedTarget(c.Service, Number(c.Ingress, "canary-weight", 0) / Number(c.Ingress, "canary-weight-total", 100)) { IsCanary = true })];
        return [main with { Weight = Math.Max(0, 1 - others.Sum(o => o.Weight)) }, .. others];
    }

    private static double Number(KubeObject ingress, string annotation, double fallback)
    {
        if (ingress.Annotations.GetValueOrDefault(Annotations + annotation) is not { Length: > 0 } text)
            return fallback;
        var isTotal = fallback > 0;
        return double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (number > 0 || !isTotal)
            ? number
            : throw new RouteException($"Ingress {ingress.Key}: metadata.annotations[{Annotations}{annotation}]: found '{text}', expected a whole number{(isTotal ? " above 0" : "")}");
    }

    /// <summary>One path of an Ingress.</summary>
    private sealed record IngressPath(KubeObject Ingress, int Index, string Host, string Path, bool IsExact, JsonElement Backend)
    {
        /// <summary>For whatever no rule is for.</summary>
        public bool IsFallback { get; init; }

        /// <summary>Whom it names.</summary>
        /// <exception cref="RouteException">It names no Service.</exception>
        public ServiceRef Service => Backend.At("service") is { ValueKind: JsonValueKind.Object } service
            ? new ServiceRef(Ingress.Namespace!, service.Text("name") ?? "", service.At("port").Int("number")?.ToString(CultureInfo.InvariantCulture) ?? service.At("port").Text("name") ?? "")
            : throw new RouteException($"Ingress {Ingress.Key}: the backend of {Host}{Path} names no service: only Services are served");
    }
}
