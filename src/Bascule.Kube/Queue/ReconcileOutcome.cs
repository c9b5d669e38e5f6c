namespace Bascule.Kube.Queue;

/// <summary>How a pass ended.</summary>
public enum ReconcileOutcome
{
    /// <summary>As it should.</summary>
    Done,

    /// <summary>Somebody else wrote first.</summary>
    Conflict,

    /// <summary>The object is not there any more.</summary>
    Gone,

    /// <summary>With an error.</summary>
    Failed,
}
