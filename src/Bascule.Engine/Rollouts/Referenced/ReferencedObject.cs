using System.Text.Json;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>A routing object that exists.</summary>
/// <param name="Reference">Which it is.</param>
/// <param name="Root">The whole object; it must own its memory.</param>
public sealed record ReferencedObject(ObjectReference Reference, JsonElement Root);
