namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>The Services that lead to the two versions of an update.</summary>
/// <param name="Canary">Leads to the new version; empty for none.</param>
/// <param name="Stable">Leads to the stable version; empty for none.</param>
public sealed record ServicePair(string Canary, string Stable);
