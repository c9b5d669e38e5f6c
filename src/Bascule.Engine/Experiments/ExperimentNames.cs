using System.Globalization;
using Bascule.Api.Experiments;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Experiments;

/// <summary>The names of what an Experiment makes (NAME-14).</summary>
public static class ExperimentNames
{
    /// <summary>The ReplicaSet of a version.</summary>
    /// <param name="experiment">The Experiment's name.</param>
    /// <param name="template">The version.</param>
    /// <param name="collision">How many names before this one were taken by somebody else.</param>
    public static string ReplicaSet(string experiment, string template, int collision = 0) =>
        collision == 0 ? $"{experiment}-{template}" : string.Create(CultureInfo.InvariantCulture, $"{experiment}-{template}-{collision}");

    /// <summary>The Service of a version.</summary>
    /// <param name="template">The version.</param>
    /// <param name="replicaSet">The name of its ReplicaSet.</param>
    public static string Service(ExperimentTemplate template, string replicaSet)
    {
        ArgumentNullException.ThrowIfNull(template);
        return template.ServiceName.Length > 0 ? template.ServiceName : replicaSet;
    }

    /// <summary>The AnalysisRun of an analysis.</summary>
    /// <param name="experiment">The Experiment's name.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="collision">How many names before this one were taken (NAME-10).</param>
    public static string AnalysisRun(string experiment, string analysis, int collision = 0) => AnalysisRunClaim.Numbered($"{experiment}-{analysis}", collision);
}
