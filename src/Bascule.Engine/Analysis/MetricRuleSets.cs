using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Analysis;

/// <summary>Which metrics the dry-run and retention rules of a run are about (MET-6).</summary>
/// <param name="DryRun">The metrics that do not count.</param>
/// <param name="Kept">How many measurements are kept, for metrics with a rule that says so.</param>
internal sealed record MetricRuleSets(FrozenSet<string> DryRun, FrozenDictionary<string, int> Kept)
{
    /// <summary>Measurements kept per metric unless a rule says otherwise (RUN-17).</summary>
    private const int DefaultKept = 10;

    /// <summary>No rules: everything counts, and the usual number is kept.</summary>
    public static MetricRuleSets None { get; } = new(FrozenSet<string>.Empty, FrozenDictionary<string, int>.Empty);

    /// <summary>Matches the rules, or says which rule matches nothing.</summary>
    public static (MetricRuleSets? Rules, string? Error) Match(AnalysisRun run, ImmutableArray<Metric> metrics)
    {
        if (run.DryRun.IsEmpty && run.MeasurementRetention.IsEmpty)
            return (None, null);
        var dryRun = new HashSet<string>();
        for (var i = 0; i < run.DryRun.Length; i++)
        {
            var names = Matching(run.DryRun[i].MetricName, metrics);
            if (names.Count == 0)
                return (null, string.Create(CultureInfo.InvariantCulture, $"dryRun[{i}]: Rule didn't match any metric name(s)"));
            dryRun.UnionWith(names);
        }

        var kept = new Dictionary<string, int>();
        for (var i = 0; i < run.MeasurementRetention.Length; i++)
        {
            var names = Matching(run.MeasurementRetention[i].MetricName, metrics);
            if (names.Count == 0)
                return (null, string.Create(CultureInfo.InvariantCulture, $"measurementRetention[{i}]: Rule didn't match any metric name(s)"));
            foreach (var name in names)
                kept[name] = run.MeasurementRetention[i].Limit;
        }

        return (new(dryRun.ToFrozenSet(), kept.ToFrozenDictionary()), null);
    }

    public int KeptFor(string metricName) => Kept.TryGetValue(metricName, out var limit) && limit > 0 ? limit : DefaultKept;

    private static List<string> Matching(string pattern, ImmutableArray<Metric> metrics) =>
        GoPattern.TryCompile(pattern, out var regex, out _) ? [.. metrics.Select(m => m.Name).Where(n => regex.IsMatch(n))] : [];
}
