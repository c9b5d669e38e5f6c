using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>What several templates say together (AT-11..15).</summary>
internal sealed record MergedTemplate(
    ImmutableArray<Metric> Metrics,
    ImmutableArray<AnalysisArgument> Args,
    ImmutableArray<DryRunRule> DryRun,
    ImmutableArray<MeasurementRetentionRule> MeasurementRetention)
{
    /// <summary>Joins templates, already in the order of AT-10.</summary>
    /// <returns>The joined template, or the sentence that says why they cannot be joined.</returns>
    public static (MergedTemplate? Merged, string? Error) From(ImmutableArray<AnalysisTemplate> templates)
    {
        ImmutableArray<Metric> metrics = [.. templates.SelectMany(t => t.Metrics)];
        if (FirstRepeated(metrics.Select(m => m.Name)) is { } metric)
            return (null, $"two metrics have the same name '{metric}'");
        ImmutableArray<DryRunRule> dryRun = [.. templates.SelectMany(t => t.DryRun)];
        ImmutableArray<MeasurementRetentionRule> retention = [.. templates.SelectMany(t => t.MeasurementRetention)];
        if (RepeatedRule(dryRun, retention) is { } rule)
            return (null, rule);
        var (args, error) = JoinArgs(templates);
        return error is null ? (new(metrics, args, dryRun, retention), null) : (null, error);
    }

    /// <summary>Applies what the caller says over what the templates say (AT-13..15).</summary>
    public (MergedTemplate? Merged, string? Error) With(
        ImmutableArray<AnalysisArgument> callerArgs,
        ImmutableArray<DryRunRule> callerDryRun,
        ImmutableArray<MeasurementRetentionRule> callerRetention)
    {
        ImmutableArray<AnalysisArgument> args = [.. Args.Select(a => Overridden(a, callerArgs))];
        if (args.FirstOrDefault(a => a.Value is null && a.ValueFrom is null) is { } unresolved)
            return (null, $"args.{unresolved.Name} was not resolved");
        ImmutableArray<DryRunRule> dryRun = [.. callerDryRun, .. DryRun];
        ImmutableArray<MeasurementRetentionRule> retention = [.. callerRetention, .. MeasurementRetention];
        return RepeatedRule(dryRun, retention) is { } rule
            ? (null, rule)
            : (this with { Args = args, DryRun = dryRun, MeasurementRetention = retention }, null);
    }

    // A caller may name an argument twice; each mention is applied in turn, so the last one wins.
    private static AnalysisArgument Overridden(AnalysisArgument arg, ImmutableArray<AnalysisArgument> callerArgs)
    {
        foreach (var given in callerArgs.Where(g => g.Name == arg.Name))
        {
            if (given.Value is not null)
                arg = arg with { Value = given.Value };
            else if (given.ValueFrom is not null)
                arg = arg with { ValueFrom = given.ValueFrom };
        }

        return arg;
    }

    private static (ImmutableArray<AnalysisArgument> Args, string? Error) JoinArgs(ImmutableArray<AnalysisTemplate> templates)
    {
        var joined = new List<AnalysisArgument>();
        foreach (var arg in templates.SelectMany(t => t.Args))
        {
            var at = joined.FindIndex(a => a.Name == arg.Name);
            if (at < 0)
                joined.Add(arg);
            else if (joined[at].Value is not { } earlier)
                joined[at] = arg;
            else if (arg.Value is { } later && later != earlier)
                return ([], $"Argument `{arg.Name}` specified multiple times with different values: '{earlier}', '{later}'");
        }

        return ([.. joined], null);
    }

    private static string? RepeatedRule(ImmutableArray<DryRunRule> dryRun, ImmutableArray<MeasurementRetentionRule> retention)
    {
        if (FirstRepeated(dryRun.Select(r => r.MetricName)) is { } dryRunName)
            return $"two Dry-Run metric rules have the same name '{dryRunName}'";
        return FirstRepeated(retention.Select(r => r.MetricName)) is { } retentionName
            ? $"two Measurement Retention metric rules have the same name '{retentionName}'"
            : null;
    }

    private static string? FirstRepeated(IEnumerable<string> names)
    {
        var seen = new HashSet<string>();
        return names.FirstOrDefault(n => !seen.Add(n));
    }
}
