using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Controller;
using Bascule.Controller.Actions;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A user's hands: writes to the Rollout, which do nothing while there is none.</summary>
/// <param name="world">Where it is.</param>
internal sealed class RolloutEditor(SimulatedWorld world)
{
    private static readonly ObjectKey s_key = new(SimulatedWorld.Namespace, RolloutScenario.Name);

    /// <summary>The Rollout as it is now; null while there is none.</summary>
    public KubeObject? Current => world.Server.Find(ArgoResources.Rollouts, s_key);

    /// <summary>What the user wants now, to be changed at will; null while there is no Rollout.</summary>
    public JsonObject? CopyOfSpec() => Current?.ToNode()["spec"] as JsonObject;

    /// <summary>Another pod template, in the Deployment where the Rollout refers to one.</summary>
    public void Template(string what, JsonObject template)
    {
        if (Current?.Root.GetProperty("spec").Member("workloadRef").Text("name") is not { } workload)
        {
            Replace(what, "template", template);
            return;
        }

        world.Trace.Add("user, in the Deployment: ", what);
        var patch = Patch.Json([(JsonNode)new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template.DeepClone() }]);
        Completed.Finish(world.Server.PatchAsync(ResourceTypes.Deployments, new(SimulatedWorld.Namespace, workload), patch, null, CancellationToken.None));
    }

    /// <summary>Another value for a whole field of the spec.</summary>
    /// <param name="what">For the trace.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value; null to remove it.</param>
    public void Replace(string what, string field, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = value is null ? "remove" : "add", ["path"] = $"/spec/{field}" };
        if (value is not null)
            operation["value"] = value.DeepClone();
        Send(what, Patch.Json([(JsonNode)operation]), subresource: null);
    }

    /// <summary>Lays fields over the spec.</summary>
    public void Spec(string what, JsonObject spec) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"{what} {spec.ToJsonString()}"), Patch.Merge(new JsonObject { ["spec"] = spec }), subresource: null);

    /// <summary>Lays fields over the status; null removes it as a whole.</summary>
    public void Status(string what, JsonObject? status) => Send(what, Patch.Merge(new JsonObject { ["status"] = status }), "status");

    /// <summary>Does what the command line does.</summary>
    public void Send(string what, ImmutableArray<RolloutPatch> patches)
    {
        foreach (var patch in patches)
            Send(what, patch.Patch, patch.Subresource);
    }

    private void Send(string what, Patch patch, string? subresource)
    {
        if (Current is null)
            return;
        world.Trace.Add("user: ", what);
        Completed.Result(world.Server.PatchAsync(ArgoResources.Rollouts, s_key, patch, subresource, CancellationToken.None));
    }
}
