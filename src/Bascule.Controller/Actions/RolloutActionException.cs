namespace Bascule.Controller.Actions;

/// <summary>An action makes no sense for a Rollout as it is.</summary>
/// <param name="message">What was found and what was expected.</param>
/// <param name="nextStep">What to do instead.</param>
public sealed class RolloutActionException(string message, string nextStep) : Exception(message)
{
    /// <summary>What to do instead.</summary>
    public string NextStep { get; } = nextStep;
}
