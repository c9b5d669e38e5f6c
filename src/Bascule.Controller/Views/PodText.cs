using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Controller.Views;

/// <summary>Makes of a pod's status the word and the numbers that kubectl shows.</summary>
internal static class PodText
{
    /// <summary>Reads a pod.</summary>
    public static PodView Read(KubeObject pod)
    {
        var status = pod.Root.Member("status");
        var containers = status.Items("containerStatuses").ToList();
        return new PodView(
            pod.Name,
            Word(pod, status, containers),
            containers.Count(c => c.Bool("ready") == true && c.Member("state").MemberOrNull("running") is not null),
            pod.Root.Member("spec").Items("containers").Count(),
            containers.Sum(c => c.Int("restartCount") ?? 0),
            status.Text("podIP") ?? "",
            pod.Root.Member("spec").Text("nodeName") ?? "",
            pod.CreationTimestamp);
    }

    private static string Word(KubeObject pod, JsonElement status, List<JsonElement> containers)
    {
        var reason = status.Text("reason") ?? status.Text("phase") ?? "Unknown";
        if (pod.DeletionTimestamp is not null)
            return reason == "NodeLost" ? "Unknown" : "Terminating";
        var init = status.Items("initContainerStatuses").ToList();
        for (var i = 0; i < init.Count; i++)
        {
            if (InitWord(init[i], i, pod.Root.Member("spec").Items("initContainers").Count()) is { } word)
                return word;
        }

        foreach (var container in containers)
        {
            if (ContainerWord(container.Member("state")) is { } word)
            {
                reason = word;
                break;
            }
        }

        return reason == "Completed" && containers.Any(c => c.Bool("ready") == true && c.Member("state").MemberOrNull("running") is not null) ? "Running" : reason;
    }

    /// <summary>Null when this init container is done, or is a running sidecar.</summary>
    private static string? InitWord(JsonElement container, int index, int count)
    {
        var state = container.Member("state");
        if (state.MemberOrNull("terminated") is { } terminated)
            return terminated.Int("exitCode") == 0 ? null : "Init:" + (ContainerWord(state) ?? "Error");
        if (state.MemberOrNull("running") is not null && container.Bool("ready") == true)
            return null;
        return state.Member("waiting").Text("reason") is { Length: > 0 } waiting and not "PodInitializing"
            ? "Init:" + waiting
            : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{count}");
    }

    private static string? ContainerWord(JsonElement state)
    {
        if (state.Member("waiting").Text("reason") is { Length: > 0 } waiting)
            return waiting;
        if (state.MemberOrNull("terminated") is not { } terminated)
            return null;
        if (terminated.Text("reason") is { Length: > 0 } reason)
            return reason;
        return terminated.Int("signal") is { } signal and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated.Int("exitCode") ?? 0}");
    }
}
