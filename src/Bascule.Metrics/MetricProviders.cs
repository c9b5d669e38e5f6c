using System.Collections.Frozen;

namespace Bascule.Metrics;

/// <summary>A fixed set of providers.</summary>
public sealed class MetricProviders : IMetricProviders
{
    private readonly FrozenDictionary<string, IMetricProvider> byName;

    /// <summary>Indexes the providers by name.</summary>
    public MetricProviders(params IEnumerable<IMetricProvider> providers)
    {
        byName = providers.ToFrozenDictionary(p => p.Name);
        Names = [.. byName.Keys.Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public IMetricProvider? Find(string name) => byName.GetValueOrDefault(name);
}
