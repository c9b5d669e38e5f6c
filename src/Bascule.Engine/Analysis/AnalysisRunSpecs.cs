using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Turns what a Rollout says about an analysis, and the templates it names, into the spec of an AnalysisRun (AT-2).</summary>
public static class AnalysisRunSpecs
{
    /// <summary>Builds the spec.</summary>
    /// <param name="analysis">The Rollout's analysis block; its template list must not be empty (AR-10 is the caller's).</param>
    /// <param name="templates">All templates that could be meant.</param>
    /// <param name="newHash">The hash of the new ReplicaSet (<c>Latest</c>).</param>
    /// <param name="stableHash">The hash of the stable ReplicaSet (<c>Stable</c>); empty when there is none.</param>
    /// <param name="rollout">The whole Rollout, for field references.</param>
    /// <param name="path">The field that names the templates, for errors; see <see cref="AnalysisReferences"/>.</param>
    /// <returns>The spec, or the error of AT-10..16, ARG-3..4 or REF-4.</returns>
    public static Outcome<JsonObject> Build(
        RolloutAnalysis analysis, AnalysisTemplates templates, string newHash, string stableHash, JsonElement rollout, string path)
    {
        var collected = templates.Collect(analysis.Templates, path);
        if (collected.Failed(out var missing))
            return new(missing);
        var (args, argError, _) = RolloutArguments.Resolve(analysis.Args, newHash, stableHash, rollout);
        return argError is not null
            ? new(new AnalysisReferenceError(path, Names(collected.Value), argError))
            : Build(collected.Value, args, analysis.DryRun, analysis.MeasurementRetention, path);
    }

    /// <summary>Builds the spec from templates in the order of AT-10 and arguments that are resolved already.</summary>
    internal static Outcome<JsonObject> Build(
        ImmutableArray<AnalysisTemplate> templates,
        ImmutableArray<AnalysisArgument> args,
        ImmutableArray<DryRunRule> dryRun,
        ImmutableArray<MeasurementRetentionRule> retention,
        string path)
    {
        var (merged, error) = Merge(templates, args, dryRun, retention);
        return merged is null ? new(new AnalysisReferenceError(path, Names(templates), error!)) : new(ToSpec(merged));
    }

    internal static (MergedTemplate? Merged, string? Error) Merge(
        ImmutableArray<AnalysisTemplate> templates,
        ImmutableArray<AnalysisArgument> args,
        ImmutableArray<DryRunRule> dryRun,
        ImmutableArray<MeasurementRetentionRule> retention)
    {
        var (merged, error) = MergedTemplate.From(templates);
        return merged is null ? (null, error) : merged.With(args, dryRun, retention);
    }

    internal static string Names(ImmutableArray<AnalysisTemplate> templates) => $"templateNames: [{string.Join(' ', templates.Select(t => t.Reference.TemplateName))}]";

    private static JsonObject ToSpec(MergedTemplate merged)
    {
        var spec = new JsonObject { ["metrics"] = new JsonArray([.. merged.Metrics.Select(m => JsonObject.Create(m.Source.Clone()))]) };
        if (merged.Args.Length > 0)
            spec["args"] = new JsonArray([.. merged.Args.Select(a => a.ToJson())]);
        if (merged.DryRun.Length > 0)
            spec["dryRun"] = new JsonArray([.. merged.DryRun.Select(r => r.ToJson())]);
        if (merged.MeasurementRetention.Length > 0)
            spec["measurementRetention"] = new JsonArray([.. merged.MeasurementRetention.Select(r => r.ToJson())]);
        return spec;
    }
}
