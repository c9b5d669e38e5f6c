using System.Text.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Plugins;

/// <summary>
/// One call of a step plugin. It may come twice with the same content, because the answer to the first was lost on its
/// way to the status.
/// </summary>
/// <param name="Operation">What for.</param>
/// <param name="Index">The step, from 0.</param>
/// <param name="Name">The plugin.</param>
/// <param name="Config">The step's <c>config</c>; null when not set.</param>
/// <param name="State">What the plugin's last run gave back to be kept; null for nothing (SP-10).</param>
public sealed record StepPluginCall(StepPluginOperation Operation, int Index, string Name, JsonElement? Config, JsonElement? State);
