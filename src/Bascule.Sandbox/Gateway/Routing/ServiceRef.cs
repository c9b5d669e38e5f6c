using System.Collections.Immutable;

namespace Bascule.Sandbox.Gateway.Routing;

/// <summary>Whom a rule sends requests to: some pods of a Service.</summary>
/// <param name="Namespace">The Service's namespace.</param>
/// <param name="Name">The Service's name.</param>
/// <param name="Port">The Service's port, by number or name; empty for its first.</param>
internal sealed record ServiceRef(string Namespace, string Name, string Port)
{
    /// <summary>Only pods with these labels (<c>key=value</c>, sorted, separated by commas); empty for all. Istio's subsets.</summary>
    public string Subset { get; init; } = "";

    /// <summary>How a client stays with one pod; null when each request goes to the next pod.</summary>
    public Stickiness? Stickiness { get; init; }

    /// <summary>The labels of a subset in the form of <see cref="Subset"/>.</summary>
    public static string SubsetOf(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(',', labels.Select(l => $"{l.Key}={l.Value}").Order(StringComparer.Ordinal));

    /// <summary>The labels of <see cref="Subset"/>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> SubsetLabels =>
        [.. Subset.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=', 2)).Select(l => KeyValuePair.Create(l[0], l[1]))];
}

/// <summary>What of a request chooses the pod, by consistent hashing.</summary>
/// <param name="Kind">What is hashed.</param>
/// <param name="Name">The cookie's or the header's name; empty for the address.</param>
internal sealed record Stickiness(StickinessKind Kind, string Name)
{
    /// <summary>How long a cookie that is made for a client without one lasts: null makes none, zero means the browser's session.</summary>
    public TimeSpan? CookieTtl { get; init; }

    /// <summary>The path of a cookie that is made.</summary>
    public string CookiePath { get; init; } = "/";
}

/// <summary>What is hashed.</summary>
internal enum StickinessKind
{
    /// <summary>A cookie's value.</summary>
    Cookie,

    /// <summary>A header's value.</summary>
    Header,

    /// <summary>The client's address.</summary>
    SourceAddress,
}
