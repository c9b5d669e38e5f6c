namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>A router that can do nothing because the cluster does not serve what it works by.</summary>
/// <param name="Name">Its field in <c>trafficRouting</c>, or <c>plugins/</c> and the plugin's name.</param>
/// <param name="Problem">Which kind in which version, and what to do about it.</param>
public sealed record UnservedRouter(string Name, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Problem}";
}
