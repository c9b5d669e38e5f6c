namespace Bascule.Simulation.World;

/// <summary>What the pods of a version do. A template names its behaviour as the end of its image's tag.</summary>
public enum PodBehaviour
{
    /// <summary>Ready within seconds, and it stays so.</summary>
    Good,

    /// <summary>Ready within minutes.</summary>
    Slow,

    /// <summary>Never ready.</summary>
    Broken,

    /// <summary>Ready within seconds, but now and then not for a while.</summary>
    Flaky,

    /// <summary>Ready within seconds, and soon gone for good.</summary>
    Dying,
}
