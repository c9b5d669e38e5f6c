using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;
using Bascule.Engine.Analysis;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>One analysis of an Experiment in one pass: its run and its status (EX-14, EX-20).</summary>
/// <param name="seen">What was seen.</param>
/// <param name="analysis">The analysis.</param>
/// <param name="terminating">The Experiment is ending (EX-20).</param>
internal sealed class AnalysisRules(ExperimentObservation seen, ExperimentAnalysis analysis, bool terminating)
{
    private readonly ExperimentRunStatus _before = seen.Experiment.Status.Run(analysis.Name) ?? new() { Name = analysis.Name };
    private readonly List<ExperimentEffect> _effects = [];

    /// <summary>What is done; filled by <see cref="Next"/>.</summary>
    public IReadOnlyList<ExperimentEffect> Effects => _effects;

    /// <summary>What must be read past the cache before anything can be said.</summary>
    public LookUp? Missing { get; private set; }

    private bool Finished => seen.Experiment.Status.Phase.IsCompleted();

    /// <summary>The status after this pass.</summary>
    public ExperimentRunStatus Next()
    {
        if (_before.Phase.IsCompleted())
            return _before;
        if (_before.AnalysisRun.Length > 0)
            return Follow();
        if (terminating)
            return _before;
        var (name, clusterScope) = (analysis.Template.TemplateName, analysis.Template.ClusterScope);
        if (!seen.Templates.Any(t => t.Name == name && t.ClusterScope == clusterScope))
            return WithoutTemplate(new LookUp(clusterScope ? LookUpKind.ClusterAnalysisTemplate : LookUpKind.AnalysisTemplate, name));
        // Before the versions are available only the template's existence is checked.
        return seen.Experiment.Status.AvailableAt is null ? _before : Start();
    }

    private ExperimentRunStatus WithoutTemplate(LookUp lookUp)
    {
        if (seen.LookedUp.Contains(lookUp))
            return Error($"{analysis.Template.Kind} verification failed for analysis '{analysis.Name}': {NotFound(analysis.Template)}");
        Missing = lookUp;
        return _before;
    }

    private ExperimentRunStatus Start()
    {
        var (spec, error) = Spec();
        if (error is not null)
            return Error($"Failed to create AnalysisRun for analysis '{analysis.Name}': {error}");
        var claim = AnalysisRunClaim.For(ExperimentNames.AnalysisRun(seen.Experiment.Name, analysis.Name), seen.AnalysisRuns, seen.Experiment.Meta.Uid, spec);
        if (claim.Existing is null)
            _effects.Add(new StartExperimentRun(analysis.Name, claim.Name, Body(claim.Name, spec)));
        return _before with { AnalysisRun = claim.Name, Phase = AnalysisPhase.Pending, Message = "" };
    }

    private ExperimentRunStatus Follow()
    {
        if (seen.AnalysisRuns.FirstOrDefault(r => r.Name == _before.AnalysisRun && r.Meta.ControllerUid == seen.Experiment.Meta.Uid) is not { } run)
            return Lost();
        if (terminating && ExperimentRuns.CanEnd(run))
            _effects.AddRange(ExperimentRuns.End(run, analysis.Name));
        // Once the Experiment has ended, how its runs were cut off is no news (EX-20). Before that it is: the reference
        // looks away while it terminates, so that one that is ended with a required run under way never ends.
        if (Finished)
            return _before;
        return _before with { Phase = run.Phase == AnalysisPhase.None ? AnalysisPhase.Pending : run.Phase, Message = run.Message };
    }

    private ExperimentRunStatus Lost()
    {
        if (Finished)
            return _before;
        var lookUp = new LookUp(LookUpKind.AnalysisRun, _before.AnalysisRun);
        if (seen.LookedUp.Contains(lookUp))
            return Error($"analysisruns.argoproj.io \"{_before.AnalysisRun}\" not found");
        Missing = lookUp;
        return _before;
    }

    private (JsonElement Spec, string? Error) Spec()
    {
        const string path = "spec.analyses";
        var collected = TemplateViews.Of(seen.Templates).Collect([analysis.Template], path);
        if (collected.Failed(out var missing))
            return (default, missing.Message);
        var (args, unresolved) = ExperimentArguments.Resolve(seen, analysis.Args);
        if (unresolved is not null)
            return (default, unresolved);
        var built = AnalysisRunSpecs.Build(collected.Value, args, seen.Experiment.Spec.DryRun, seen.Experiment.Spec.MeasurementRetention, path);
        return built.Failed(out var invalid) ? (default, invalid.Message) : (Patches.Element(built.Value), null);
    }

    private JsonElement Body(string name, JsonElement spec)
    {
        var experiment = seen.Experiment;
        var labels = new JsonObject();
        if (experiment.Meta.Labels.TryGetValue(Labels.InstanceId, out var instance))
            labels[Labels.InstanceId] = instance;
        foreach (var (key, value) in experiment.Spec.RunLabels)
            labels[key] = value;
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = experiment.Meta.Namespace,
            ["labels"] = labels,
            ["annotations"] = new JsonObject(experiment.Spec.RunAnnotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
            ["ownerReferences"] = new JsonArray(OwnerReferences.Controller(Experiment.Kind, experiment.Meta)),
        };
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = Rollout.ApiVersion,
            ["kind"] = "AnalysisRun",
            ["metadata"] = metadata,
            ["spec"] = Patches.Node(spec),
        });
    }

    private ExperimentRunStatus Error(string message) => _before with { Phase = AnalysisPhase.Error, Message = message };

    private static string NotFound(AnalysisTemplateReference template) =>
        $"{(template.ClusterScope ? "clusteranalysistemplate" : "analysistemplate")}.argoproj.io \"{template.TemplateName}\" not found";
}
