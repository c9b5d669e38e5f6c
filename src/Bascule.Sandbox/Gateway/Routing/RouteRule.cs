using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;

namespace Bascule.Sandbox.Gateway.Routing;

/// <summary>Which requests, and what becomes of them.</summary>
/// <param name="Host">For requests to these hosts; a pattern as in <see cref="HostPattern"/>.</param>
/// <param name="Order">Which of the rules of a host is asked first.</param>
/// <param name="Condition">What it asks of a request.</param>
/// <param name="Forward">Where the request goes.</param>
internal sealed record RouteRule(string Host, RuleOrder Order, Condition Condition, Forward Forward);

/// <summary>The order of the rules of one host: each member counts only when all before it are equal.</summary>
/// <param name="Family">The kinds of objects one after the other, as if each had a proxy of its own.</param>
/// <param name="Precedence">The higher one first.</param>
/// <param name="Created">The older object first.</param>
/// <param name="Source">The object's namespace and name.</param>
/// <param name="Index">The place in the object.</param>
internal readonly record struct RuleOrder(RouteFamily Family, long Precedence, DateTimeOffset Created, string Source, int Index) : IComparable<RuleOrder>
{
    /// <summary>The order of a rule of an object.</summary>
    public static RuleOrder Of(RouteFamily family, KubeObject source, int index, long precedence = 0) =>
        new(family, precedence, source.CreationTimestamp ?? DateTimeOffset.MinValue, source.Key.ToString(), index);

    /// <inheritdoc/>
    public int CompareTo(RuleOrder other)
    {
        var byFamily = Family.CompareTo(other.Family);
        if (byFamily != 0)
            return byFamily;
        var byPrecedence = other.Precedence.CompareTo(Precedence);
        if (byPrecedence != 0)
            return byPrecedence;
        var byAge = Created.CompareTo(other.Created);
        if (byAge != 0)
            return byAge;
        var byName = string.CompareOrdinal(Source, other.Source);
        return byName != 0 ? byName : Index.CompareTo(other.Index);
    }
}

/// <summary>The kinds of routing objects that the gateway honours.</summary>
internal enum RouteFamily
{
    /// <summary>Istio's VirtualServices.</summary>
    Istio,

    /// <summary>The Gateway API's HTTPRoutes.</summary>
    GatewayApi,

    /// <summary>Ingresses.</summary>
    Ingress,

    /// <summary>Traefik's IngressRoutes.</summary>
    Traefik,

    /// <summary>APISIX' routes.</summary>
    Apisix,

    /// <summary>Ambassador's Mappings.</summary>
    Ambassador,

    /// <summary>TrafficSplits of the Service Mesh Interface, asked for by the name of their root Service.</summary>
    Smi,
}

/// <summary>Sends a request on.</summary>
internal sealed record Forward
{
    /// <summary>Whose rule it is, for metrics and messages.</summary>
    public required RouteFamily Family { get; init; }

    /// <summary>The object that has the rule.</summary>
    public required ObjectKey Source { get; init; }

    /// <summary>The host that the rule is for; for metrics.</summary>
    public string Host { get; init; } = HostPattern.Any;

    /// <summary>The path that the rule is for, as written; for metrics.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The Service that the rule is about, whoever is chosen in its place; null for the one that is chosen. For metrics.</summary>
    public ServiceRef? Main { get; init; }

    /// <summary>Among whom requests are shared out.</summary>
    public required ImmutableArray<WeightedTarget> Targets { get; init; }

    /// <summary>What is changed about a request and its answer, before what a target changes.</summary>
    public Edits Edits { get; init; } = Edits.None;

    /// <summary>How long an answer may take; null for no bound.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>One of those who share requests.</summary>
/// <param name="Service">Who.</param>
/// <param name="Weight">Its share, in proportion to the others; 0 or more.</param>
internal sealed record WeightedTarget(ServiceRef Service, double Weight)
{
    /// <summary>What is changed about requests to it.</summary>
    public Edits Edits { get; init; } = Edits.None;

    /// <summary>Who gets a copy.</summary>
    public ImmutableArray<MirrorTarget> Mirrors { get; init; } = [];

    /// <summary>True when it stands beside the one that the main object names: ingress-nginx' <c>canary</c> label.</summary>
    public bool IsCanary { get; init; }
}

/// <summary>Someone who gets a copy of requests, whose answers nobody sees.</summary>
/// <param name="Service">Who.</param>
/// <param name="Share">The share of requests that is copied, from 0 to 1.</param>
internal sealed record MirrorTarget(ServiceRef Service, double Share);

/// <summary>Changes to a request and to its answer.</summary>
internal sealed record Edits
{
    /// <summary>Nothing is changed.</summary>
    public static Edits None { get; } = new();

    /// <summary>Headers of the request.</summary>
    public ImmutableArray<HeaderEdit> Request { get; init; } = [];

    /// <summary>Headers of the answer.</summary>
    public ImmutableArray<HeaderEdit> Response { get; init; } = [];

    /// <summary>The path's new beginning, and how much of the old path it replaces; null to leave the path.</summary>
    public PathRewrite? Path { get; init; }

    /// <summary>The host to ask the pod for; null for the one that the client asked for.</summary>
    public string? Host { get; init; }
}

/// <summary>A changed header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Value">The value; empty when it is removed.</param>
internal sealed record HeaderEdit(string Name, HeaderEditKind Kind, string Value);

/// <summary>What is done to a header.</summary>
internal enum HeaderEditKind
{
    /// <summary>It has this value and no other.</summary>
    Set,

    /// <summary>It has this value too.</summary>
    Add,

    /// <summary>It goes.</summary>
    Remove,
}

/// <summary>Puts a text in the place of a path's beginning.</summary>
/// <param name="Prefix">The beginning that goes; null for the whole path.</param>
/// <param name="Replacement">What comes instead.</param>
internal sealed record PathRewrite(string? Prefix, string Replacement)
{
    /// <summary>The path to ask the pod for.</summary>
    public string Apply(string path)
    {
        if (Prefix is null || !path.StartsWith(Prefix, StringComparison.Ordinal))
            return Prefix is null ? Rooted(Replacement) : path;
        var rest = path[Prefix.Length..];
        // "/" in the place of "/a" leaves of "/a/b" neither "//b" nor of "/a" nothing.
        return Rooted(Replacement.EndsWith('/') && rest.StartsWith('/') ? Replacement + rest[1..] : Replacement + rest);
    }

    private static string Rooted(string path) => path.StartsWith('/') ? path : "/" + path;
}
