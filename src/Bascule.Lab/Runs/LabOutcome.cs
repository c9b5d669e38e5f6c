namespace Bascule.Lab.Runs;

/// <summary>How a lab ended.</summary>
public enum LabOutcome
{
    /// <summary>The new version serves all users.</summary>
    Promoted,

    /// <summary>The new version was found bad and all users are back on the old one.</summary>
    RolledBack,

    /// <summary>Neither happened in time.</summary>
    Unfinished,
}
