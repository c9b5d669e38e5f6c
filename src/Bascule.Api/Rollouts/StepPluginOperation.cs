namespace Bascule.Api.Rollouts;

/// <summary>What a step plugin is called for; the names are those of <c>operation</c> in <c>stepPluginStatuses</c> (STAT-25).</summary>
public enum StepPluginOperation
{
    /// <summary>To do its step, or to say how far it is.</summary>
    Run,

    /// <summary>To end what it still runs, because the update goes to its end without it.</summary>
    Terminate,

    /// <summary>To undo what it did or does, because the update is aborted.</summary>
    Abort,
}
