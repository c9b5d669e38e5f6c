namespace Bascule.Metrics;

/// <summary>All providers of this program, by name.</summary>
public interface IMetricProviders
{
    /// <summary>The names that <see cref="Find"/> knows, in the order in which to show them.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The provider; null when there is none of that name.</summary>
    IMetricProvider? Find(string name);
}
