using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Runtime;

/// <summary>What a runtime knows of a pod.</summary>
/// <param name="Pod">The pod as last seen: its readiness gates and the conditions that others set.</param>
/// <param name="Address">Its address; empty before it has one.</param>
/// <param name="StartedAt">When the runtime took it.</param>
/// <param name="Init">Its init containers, in order.</param>
/// <param name="Containers">Its containers, in order.</param>
internal sealed record PodState(
    KubeObject Pod,
    string Address,
    DateTimeOffset StartedAt,
    ImmutableArray<(ContainerSpec Spec, ContainerStatus Status)> Init,
    ImmutableArray<(ContainerSpec Spec, ContainerStatus Status)> Containers);

/// <summary>Writes the status of a pod from what the runtime knows. Pure.</summary>
internal static class PodStatusBuilder
{
    /// <summary>Builds the status.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="before">The runtime's conditions so far, whose transition times are kept.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The status, and the conditions to pass in next time.</returns>
    public static (JsonObject Status, Conditions Conditions) Build(PodState state, Conditions before, DateTimeOffset now)
    {
        var phase = Phase(state);
        var conditions = Set(before, Initialized(state, phase), now);
        var containersReady = ContainersReady(state, phase);
        conditions = Set(conditions, containersReady with { Type = "Ready" } is { Status: "True" } ready ? Gated(state, ready) : containersReady with { Type = "Ready" }, now);
        conditions = Set(conditions, containersReady, now);
        conditions = Set(conditions, new Condition("PodScheduled", "True", "", ""), now);
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = conditions.ToJson(),
            ["hostIP"] = SandboxNode.Address,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = SandboxNode.Address }),
            ["startTime"] = state.StartedAt.ToApiTime(),
            ["containerStatuses"] = new JsonArray([.. state.Containers.Select(c => (JsonNode)c.Status.ToJson())]),
        };
        if (state.Address.Length > 0)
        {
            status["podIP"] = state.Address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = state.Address });
        }

        if (!state.Init.IsEmpty)
            status["initContainerStatuses"] = new JsonArray([.. state.Init.Select(c => (JsonNode)c.Status.ToJson())]);
        return (status, conditions);
    }

    /// <summary>Where the pod is in its life.</summary>
    public static string Phase(PodState state)
    {
        if (state.Init.FirstOrDefault(c => !c.Spec.IsSidecar && c.Status.Ended is { ExitCode: not 0 } && c.Spec.Restart == RestartPolicy.Never).Spec is not null)
            return "Failed";
        if (state.Init.Any(c => !IsInitialized(c)))
            return "Pending";
        if (state.Containers.Any(c => c.Status.IsWaiting && c.Status.Last is null))
            return "Pending";
        if (state.Containers.Any(c => c.Status.Ended is null || WillRestart(c.Spec, c.Status.Ended)))
            return "Running";
        return state.Containers.All(c => c.Status.Ended!.ExitCode == 0) ? "Succeeded" : "Failed";
    }

    /// <summary>Whether a run that ended so is followed by another; a pod that is being deleted starts nothing.</summary>
    public static bool WillRestart(ContainerSpec spec, EndedRun ended) => spec.Restart switch
    {
        RestartPolicy.Always => true,
        RestartPolicy.OnFailure => ended.ExitCode != 0,
        RestartPolicy.Never => false,
    };

    private static bool IsInitialized((ContainerSpec Spec, ContainerStatus Status) container) =>
        container.Spec.IsSidecar ? container.Status.IsStarted || container.Status.Restarts > 0 : container.Status.Ended is { ExitCode: 0 };

    private static Condition Initialized(PodState state, string phase)
    {
        var incomplete = state.Init.Where(c => !IsInitialized(c)).Select(c => c.Spec.Name).ToList();
        if (incomplete.Count > 0)
            return new Condition("Initialized", "False", "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
        return new Condition("Initialized", "True", phase == "Succeeded" ? "PodCompleted" : "", "");
    }

    private static Condition ContainersReady(PodState state, string phase)
    {
        if (phase is "Succeeded" or "Failed")
            return new Condition("ContainersReady", "False", phase == "Succeeded" ? "PodCompleted" : "PodFailed", "");
        var unready = state.Containers.Concat(state.Init.Where(c => c.Spec.IsSidecar)).Where(c => !c.Status.IsReady).Select(c => c.Spec.Name).ToList();
        return unready.Count == 0
            ? new Condition("ContainersReady", "True", "", "")
            : new Condition("ContainersReady", "False", "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private static Condition Gated(PodState state, Condition ready)
    {
        var conditions = Conditions.Read(state.Pod.Root.At("status"));
        var closed = state.Pod.Root.At("spec").Items("readinessGates").Select(g => g.Text("conditionType") ?? "").Where(t => conditions.Get(t)?.Status != "True").ToList();
        return closed.Count == 0 ? ready : new Condition("Ready", "False", "ReadinessGatesNotReady", $"the status of pod readiness gate \"{closed[0]}\" is not \"True\"");
    }

    /// <summary>Unlike conditions of workloads, those of pods follow their message too.</summary>
    private static Conditions Set(Conditions conditions, Condition condition, DateTimeOffset now)
    {
        var present = conditions.Get(condition.Type);
        return conditions.Replace(condition with { LastTransition = present?.Status == condition.Status ? present.LastTransition : now });
    }
}
