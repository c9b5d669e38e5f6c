namespace Bascule.Lab.Strategies;

/// <summary>Ends all pods, then starts all pods: simple, never two versions at once, and nobody is served in between.</summary>
public sealed class Recreate : Redeploy
{
    /// <inheritdoc/>
    public override string Name => "recreate";

    /// <inheritdoc/>
    public override string Description => "End all of v1, then start v2: one version at a time, with downtime";
}
