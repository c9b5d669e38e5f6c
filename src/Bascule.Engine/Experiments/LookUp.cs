namespace Bascule.Engine.Experiments;

/// <summary>The kinds of objects that an Experiment asks for by name.</summary>
public enum LookUpKind
{
    /// <summary>An AnalysisRun that the status names.</summary>
    AnalysisRun,

    /// <summary>An AnalysisTemplate that the spec names.</summary>
    AnalysisTemplate,

    /// <summary>A ClusterAnalysisTemplate that the spec names.</summary>
    ClusterAnalysisTemplate,
}

/// <summary>An object that is missing from the cache although it should exist.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name; in the Experiment's namespace unless the kind is cluster-scoped.</param>
public readonly record struct LookUp(LookUpKind Kind, string Name);
