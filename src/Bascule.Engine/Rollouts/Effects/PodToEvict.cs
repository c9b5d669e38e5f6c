namespace Bascule.Engine.Rollouts.Effects;

/// <summary>A pod that is to go.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">The uid it must have.</param>
public sealed record PodToEvict(string Name, string Uid);
