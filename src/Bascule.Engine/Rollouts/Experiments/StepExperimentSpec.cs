using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Experiments;

/// <summary>The spec of the Experiment that a canary step makes (EXS-2 to EXS-4).</summary>
/// <param name="rollout">The Rollout.</param>
/// <param name="stepIndex">The step.</param>
/// <param name="newVersion">The ReplicaSet of the new version.</param>
/// <param name="stable">The ReplicaSet of the stable version.</param>
internal sealed class StepExperimentSpec(Rollout rollout, int stepIndex, ReplicaSetView newVersion, ReplicaSetView stable)
{
    private readonly string _path = string.Create(CultureInfo.InvariantCulture, $"spec.strategy.canary.steps[{stepIndex}].experiment");

    /// <summary>Builds the spec.</summary>
    /// <param name="step">What the step says.</param>
    /// <returns>The spec, or the field of the step that cannot be used.</returns>
    public Outcome<JsonObject> Build(StepExperiment step)
    {
        var spec = new JsonObject();
        if (step.Duration.Length > 0)
            spec["duration"] = step.Duration;
        // Only what the Rollout says itself: where it says nothing, both kinds have a default.
        if (rollout.Root.Member("spec").Int("progressDeadlineSeconds") is { } deadline)
            spec["progressDeadlineSeconds"] = deadline;
        if (step.ScaleDownDelaySeconds is { } delay)
            spec["scaleDownDelaySeconds"] = delay;
        if (!step.DryRun.IsEmpty)
            spec["dryRun"] = new JsonArray([.. step.DryRun.Select(r => r.ToJson())]);
        if (!step.RunLabels.IsEmpty || !step.RunAnnotations.IsEmpty)
            spec["analysisRunMetadata"] = new JsonObject { ["labels"] = Map(step.RunLabels), ["annotations"] = Map(step.RunAnnotations) };

        var templates = new JsonArray();
        foreach (var template in step.Templates)
        {
            if (VersionOf(template) is not { } version)
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"{_path}.templates[{templates.Count}].specRef");
                return new(new AnalysisReferenceError(at, template.SpecRef, $"must be {StepExperimentTemplate.Canary} or {StepExperimentTemplate.Stable}"));
            }

            templates.Add((JsonNode)Template(template, version));
        }

        spec["templates"] = templates;
        var analyses = new JsonArray();
        foreach (var analysis in step.Analyses)
        {
            var (args, error, _) = RolloutArguments.Resolve(analysis.Args, newVersion.Hash, stable.Hash, rollout.Root);
            if (error is not null)
                return new(new AnalysisReferenceError(string.Create(CultureInfo.InvariantCulture, $"{_path}.analyses[{analyses.Count}].args"), analysis.Name, error));
            analyses.Add((JsonNode)Analysis(analysis, args));
        }

        if (analyses.Count > 0)
            spec["analyses"] = analyses;
        return new(spec);
    }

    private ReplicaSetView? VersionOf(StepExperimentTemplate template) => template.SpecRef switch
    {
        StepExperimentTemplate.Canary => newVersion,
        StepExperimentTemplate.Stable => stable,
        _ => null,
    };

    private static JsonObject Template(StepExperimentTemplate template, ReplicaSetView version)
    {
        var one = new JsonObject { ["name"] = template.Name };
        if (template.Replicas is { } replicas)
            one["replicas"] = replicas;
        if (version.MinReadySeconds > 0)
            one["minReadySeconds"] = version.MinReadySeconds;
        var pod = version.Template.ValueKind == JsonValueKind.Object ? JsonObject.Create(version.Template.Clone())! : [];
        var selector = template.Selector is { } own ? JsonObject.Create(own.Clone())! : Selector(version.Selector);
        if (template.Metadata is { } metadata)
        {
            Merge(pod, ["metadata", "labels"], metadata.Labels);
            Merge(selector, ["matchLabels"], metadata.Labels);
            Merge(pod, ["metadata", "annotations"], metadata.Annotations);
        }

        one["selector"] = selector;
        one["template"] = pod;
        // Traffic reaches the pods through a Service of their own (EXS-3).
        if (template.Weight is not null || template.HasService)
            one["service"] = template.ServiceName.Length > 0 ? new JsonObject { ["name"] = template.ServiceName } : new JsonObject();
        return one;
    }

    private static JsonObject Analysis(ExperimentAnalysis analysis, ImmutableArray<AnalysisArgument> args)
    {
        var one = new JsonObject { ["name"] = analysis.Name, ["templateName"] = analysis.Template.TemplateName };
        if (analysis.Template.ClusterScope)
            one["clusterScope"] = true;
        if (!args.IsEmpty)
            one["args"] = new JsonArray([.. args.Select(a => a.ToJson())]);
        if (analysis.RequiredForCompletion)
            one["requiredForCompletion"] = true;
        return one;
    }

    private static JsonObject Selector(LabelSelector selector)
    {
        var json = new JsonObject();
        if (!selector.MatchLabels.IsEmpty)
            json["matchLabels"] = Map(selector.MatchLabels);
        if (!selector.MatchExpressions.IsEmpty)
            json["matchExpressions"] = new JsonArray([.. selector.MatchExpressions.Select(Requirement)]);
        return json;
    }

    private static JsonObject Requirement(SelectorRequirement requirement)
    {
        var json = new JsonObject { ["key"] = requirement.Key, ["operator"] = requirement.Operator };
        if (!requirement.Values.IsEmpty)
            json["values"] = new JsonArray([.. requirement.Values.Select(v => JsonValue.Create(v))]);
        return json;
    }

    private static void Merge(JsonObject into, string[] path, ImmutableSortedDictionary<string, string> entries)
    {
        if (entries.IsEmpty)
            return;
        foreach (var name in path)
        {
            if (into[name] is not JsonObject child)
                into[name] = child = [];
            into = child;
        }

        foreach (var (key, value) in entries)
            into[key] = value;
    }

    private static JsonObject Map(ImmutableSortedDictionary<string, string> entries) => new(entries.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)));
}
