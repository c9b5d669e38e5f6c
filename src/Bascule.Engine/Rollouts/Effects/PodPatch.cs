using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>What to change of one pod.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patch">The merge patch; names the uid seen, but no version: only keys of our own are in it, and a pod's status changes often.</param>
public sealed record PodPatch(string Name, JsonElement Patch);
