namespace Bascule.Api;

/// <summary>Values of <c>phase</c> in <c>status.canary.stepPluginStatuses</c> (SP-2).</summary>
public static class StepPluginPhases
{
    /// <summary>To be called again.</summary>
    public const string Running = "Running";

    /// <summary>Done; the step is completed.</summary>
    public const string Successful = "Successful";

    /// <summary>Done, and bad: the update is aborted.</summary>
    public const string Failed = "Failed";

    /// <summary>The call itself went wrong; a run is tried again.</summary>
    public const string Error = "Error";
}
