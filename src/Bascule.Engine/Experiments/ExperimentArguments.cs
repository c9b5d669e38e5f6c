using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Experiments;

/// <summary>The arguments that an Experiment passes to its analyses (ARG-10).</summary>
internal static class ExperimentArguments
{
    /// <summary>Resolves the arguments that have a value; the others leave the template's own in place.</summary>
    /// <returns>The literal arguments, or why one cannot be resolved.</returns>
    public static (ImmutableArray<AnalysisArgument> Args, string? Error) Resolve(ExperimentObservation seen, ImmutableArray<AnalysisArgument> args)
    {
        var values = Values(seen);
        var resolved = ImmutableArray.CreateBuilder<AnalysisArgument>();
        foreach (var arg in args.Where(a => a.Value is not null))
        {
            var (value, error) = Analysis.Placeholders.Resolve(arg.Value!, values);
            if (value is null)
                return ([], error);
            resolved.Add(arg with { Value = value });
        }

        return (resolved.ToImmutable(), null);
    }

    private static Dictionary<string, string> Values(ExperimentObservation seen)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (seen.Experiment.Status.AvailableAt is { } available)
            values["experiment.availableAt"] = available.ToApiTime();
        if (ExperimentPhases.EndsAt(seen.Experiment.Spec, seen.Experiment.Status) is { } ends)
            values["experiment.finishedAt"] = ends.ToApiTime();
        foreach (var template in seen.Experiment.Spec.Templates)
        {
            if (ExperimentReplicaSet.Of(seen, template.Name).FirstOrDefault() is not { } rs)
                continue;
            values[$"templates.{template.Name}.podTemplateHash"] = rs.Hash;
            values[$"templates.{template.Name}.replicaset.name"] = rs.Name;
        }

        return values;
    }
}
