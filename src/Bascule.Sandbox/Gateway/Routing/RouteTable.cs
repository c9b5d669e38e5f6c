using System.Collections.Frozen;
using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Matching;

namespace Bascule.Sandbox.Gateway.Routing;

/// <summary>
/// All rules, found by host. The most specific pattern that covers a host decides alone, as a virtual host of nginx or
/// Envoy does; in it the first rule whose condition holds. Immutable: a change makes a new table.
/// </summary>
/// <typeparam name="T">What a rule leads to.</typeparam>
internal sealed class RouteTable<T>
    where T : class
{
    private readonly FrozenDictionary<string, ImmutableArray<Entry>> _exact;
    private readonly ImmutableArray<(string Suffix, ImmutableArray<Entry> Rules)> _suffixes;
    private readonly ImmutableArray<Entry> _any;

    private RouteTable(Dictionary<string, ImmutableArray<Entry>> hosts)
    {
        _exact = hosts.Where(h => !h.Key.StartsWith('*')).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _suffixes = [.. hosts.Where(h => h.Key.StartsWith("*.", StringComparison.Ordinal)).OrderByDescending(h => h.Key.Length).Select(h => (h.Key[1..], h.Value))];
        _any = hosts.GetValueOrDefault(HostPattern.Any, []);
    }

    /// <summary>A table without rules.</summary>
    public static RouteTable<T> Empty { get; } = new([]);

    /// <summary>Makes a table.</summary>
    /// <param name="rules">The rules, in any order.</param>
    /// <param name="lead">What a rule leads to.</param>
    public static RouteTable<T> Of(IEnumerable<RouteRule> rules, Func<RouteRule, T> lead) =>
        new(rules.GroupBy(r => r.Host).ToDictionary(
            g => g.Key,
            g => g.OrderBy(r => r.Order).Select(r => new Entry(r.Condition, lead(r))).ToImmutableArray()));

    /// <summary>What the rule for a request leads to; null when there is none.</summary>
    public T? Find(RequestHead request)
    {
        foreach (var entry in OfHost(request.Host))
        {
            if (entry.Condition.Holds(request))
                return entry.Leads;
        }

        return null;
    }

    private ImmutableArray<Entry> OfHost(string host)
    {
        if (_exact.TryGetValue(host, out var exact))
            return exact;
        foreach (var (suffix, rules) in _suffixes)
        {
            if (host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return rules;
        }

        return _any;
    }

    private readonly record struct Entry(Condition Condition, T Leads);
}
