using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Experiments;

/// <summary>An analysis that an Experiment runs (EX-1); an experiment step of a Rollout writes the same (STEP-6).</summary>
public sealed record ExperimentAnalysis
{
    /// <summary>Its name in the Experiment.</summary>
    public string Name { get; init; } = "";

    /// <summary>The template whose metrics are measured.</summary>
    public AnalysisTemplateReference Template { get; init; }

    /// <summary>Arguments for the template.</summary>
    public ImmutableArray<AnalysisArgument> Args { get; init; } = [];

    /// <summary>The Experiment ends well as soon as all runs of this kind have.</summary>
    public bool RequiredForCompletion { get; init; }

    /// <summary>
    /// Reads an entry of an Experiment's <c>analyses</c>; never fails (RT-7). Only literal values count there (ARG-10):
    /// a <c>valueFrom</c> is not read.
    /// </summary>
    public static ExperimentAnalysis Read(JsonElement analysis) => new()
    {
        Name = analysis.Text("name") ?? "",
        Template = new(analysis.Text("templateName") ?? "", analysis.Bool("clusterScope") ?? false),
        Args = [.. analysis.Items("args").Select(a => new AnalysisArgument { Name = a.Text("name") ?? "", Value = a.Text("value") })],
        RequiredForCompletion = analysis.Bool("requiredForCompletion") ?? false,
    };

    internal static ExperimentAnalysis Read(Field field) => new()
    {
        Name = field["name"].Text() ?? "",
        Template = AnalysisTemplateReference.Read(field),
        Args = field["args"].List(AnalysisArgument.Read),
        RequiredForCompletion = field["requiredForCompletion"].Flag(),
    };
}
