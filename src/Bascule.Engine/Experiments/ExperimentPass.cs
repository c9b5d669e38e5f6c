using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>One pass over an Experiment that can run: its versions, its analyses, then where it stands.</summary>
/// <param name="seen">What was seen.</param>
internal sealed class ExperimentPass(ExperimentObservation seen)
{
    private readonly Experiment _experiment = seen.Experiment;
    private readonly bool _terminating = ExperimentPhases.IsTerminating(seen.Experiment);

    /// <summary>The decision.</summary>
    public ExperimentDecision Decide()
    {
        var spec = _experiment.Spec;
        ImmutableArray<TemplateRules> templates = [.. spec.Templates.Select(t => new TemplateRules(seen, t, _terminating))];
        ImmutableArray<AnalysisRules> analyses = [.. spec.Analyses.DistinctBy(a => a.Name).Select(a => new AnalysisRules(seen, a, _terminating))];
        var status = _experiment.Status with
        {
            Templates = [.. templates.Select(t => t.Next())],
            Runs = [.. analyses.Select(a => a.Next())],
        };
        ImmutableArray<LookUp> missing = [.. analyses.Select(a => a.Missing).OfType<LookUp>().Distinct()];
        if (!missing.IsEmpty)
            return Ask(missing);

        status = Concluded(status);
        var abandoned = Abandoned();
        ImmutableArray<ExperimentEffect> effects =
        [
            .. templates.SelectMany(t => t.Effects),
            .. abandoned.SelectMany(a => a.Effects),
            .. analyses.SelectMany(a => a.Effects),
            .. ExperimentRuns.Unnamed(seen, status.Runs.Select(r => r.AnalysisRun)).SelectMany(r => ExperimentRuns.End(r, "AnalysisRun")),
            .. Write(status),
        ];
        var reasons = new ExperimentReasons(seen, status, templates).All();
        var wait = reasons.Select(r => r.LookAgainAfter).Concat(abandoned.Select(a => a.KeptUntil - seen.Now)).Min();
        if (!effects.IsEmpty)
            reasons = [new(ReasonKind.Acting, "bringing ReplicaSets, Services, analyses and status in step"), .. reasons];
        return new(effects, wait < TimeSpan.Zero ? TimeSpan.Zero : wait, reasons);
    }

    /// <summary>The write of a status, and the events that tell of it.</summary>
    public IEnumerable<ExperimentEffect> Write(ExperimentStatus status) =>
        ExperimentStatusPatch.Between(_experiment, status) is { } patch ? [new PatchExperimentStatus(patch), .. ExperimentEvents.Between(_experiment, status)] : [];

    /// <summary>The status with phase, message and conditions in step with its entries.</summary>
    public ExperimentStatus Concluded(ExperimentStatus status)
    {
        status = ExperimentPhases.Assess(_experiment.Spec, status, seen.Now.ToWholeSeconds());
        return status with { Conditions = ExperimentConditions.Of(seen, status) };
    }

    /// <summary>What a version that was taken out of the spec has left behind; the reference lets it run for ever.</summary>
    private ImmutableArray<(IReadOnlyList<ExperimentEffect> Effects, DateTimeOffset? KeptUntil)> Abandoned()
    {
        var names = _experiment.Spec.Templates.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var left = ImmutableArray.CreateBuilder<(IReadOnlyList<ExperimentEffect>, DateTimeOffset?)>();
        var serving = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rs in ExperimentReplicaSet.Owned(seen))
        {
            if (ExperimentReplicaSet.TemplateOf(rs) is not { } template || names.Contains(template))
                continue;
            if (rs.Available > 0)
                serving.Add(template);
            var scale = new ScaleRules(seen, null, rs, 0);
            left.Add((scale.Effects(), scale.KeptUntil));
        }

        foreach (var service in seen.Services.Where(s => s.Meta.ControllerUid == _experiment.Meta.Uid && s.Meta.DeletionTimestamp is null))
        {
            if (service.Meta.Annotations.TryGetValue(Annotations.ExperimentTemplateName, out var template) && !names.Contains(template) && !serving.Contains(template))
                left.Add(([new DeleteExperimentService(null, service.Meta.Name, service.Meta.Uid)], null));
        }

        return left.ToImmutable();
    }

    private static ExperimentDecision Ask(ImmutableArray<LookUp> missing) => new(
        [.. missing.Select(m => new LookPastCache(m))],
        null,
        [.. missing.Select(m => new Reason(ReasonKind.Acting, $"making sure that {m.Kind} {m.Name} is missing") { WaitsFor = $"{m.Kind}/{m.Name}" })]);
}
