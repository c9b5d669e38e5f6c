using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>
/// What users can ask of a Rollout, as the patches that the kubectl plugin sends (CLI rows): either controller understands
/// either client. Each answers the writes to make, in order; none when there is nothing to ask.
/// </summary>
public static class RolloutActions
{
    private const string Status = "status";

    /// <summary>Gives the update up: traffic and pods return to the stable version (CLI-1).</summary>
    public static ImmutableArray<RolloutPatch> Abort() => [OnStatus(new JsonObject { ["abort"] = true })];

    /// <summary>Tries an aborted update again, from its first step (CLI-2).</summary>
    public static ImmutableArray<RolloutPatch> Retry() => [OnStatus(new JsonObject { ["abort"] = false })];

    /// <summary>Holds everything (CLI-3).</summary>
    public static ImmutableArray<RolloutPatch> Pause() => [OnSpec(new JsonObject { ["paused"] = true })];

    /// <summary>Replaces the pods that are older than an instant (CLI-7).</summary>
    public static ImmutableArray<RolloutPatch> Restart(DateTimeOffset at) => [OnSpec(new JsonObject { ["restartAt"] = at.ToApiTime() })];

    /// <summary>
    /// Ends the present pause, or the present step when nothing pauses (CLI-4). A Rollout that its user paused only resumes:
    /// the reference would skip a step besides, which nobody asked for.
    /// </summary>
    public static ImmutableArray<RolloutPatch> Promote(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var status = rollout.Status;
        var patches = Resume(rollout);
        if (IsPausedByInconclusiveStep(rollout))
            return [OnStatus(new JsonObject { ["pauseConditions"] = null, ["controllerPause"] = false, ["currentStepIndex"] = NextStep(rollout) }), .. patches];
        if (!status.PauseConditions.IsEmpty)
            return [OnStatus(new JsonObject { ["pauseConditions"] = null }), .. patches];
        if (patches.IsEmpty && rollout.Spec.Canary is { Steps.IsEmpty: false })
            return [GoTo(NextStep(rollout))];
        return patches;
    }

    /// <summary>Skips all pauses, steps and analyses (CLI-5); only un-pauses a Rollout that is fully promoted already.</summary>
    public static ImmutableArray<RolloutPatch> PromoteFull(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return rollout.Status.CurrentPodHash == rollout.Status.StableRS
            ? Resume(rollout)
            : [OnStatus(new JsonObject { ["promoteFull"] = true }), .. Resume(rollout)];
    }

    /// <summary>Leaves the present step, whatever it waits for (CLI-6).</summary>
    /// <exception cref="RolloutActionException">There are no steps.</exception>
    public static ImmutableArray<RolloutPatch> SkipCurrentStep(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        StepsOf(rollout);
        return [GoTo(NextStep(rollout)), .. Resume(rollout)];
    }

    /// <summary>Leaves all steps; analyses beside them go on (CLI-6).</summary>
    /// <exception cref="RolloutActionException">There are no steps.</exception>
    public static ImmutableArray<RolloutPatch> SkipAllSteps(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return [GoTo(StepsOf(rollout)), .. Resume(rollout)];
    }

    /// <summary>Sets images of the pod template (CLI-10); the others stay as they are, whoever changes them meanwhile.</summary>
    /// <param name="rollout">The Rollout as it is.</param>
    /// <param name="images">Image by container name; <c>*</c> names every container.</param>
    /// <param name="workload">What <c>spec.workloadRef</c> names, which has the template then; null when that is missing.</param>
    /// <exception cref="RolloutActionException">There is no such container, or no template.</exception>
    public static ImmutableArray<RolloutPatch> SetImage(Rollout rollout, IReadOnlyDictionary<string, string> images, KubeObject? workload = null)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(images);
        var owner = TemplateOwner.Of(rollout, workload);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var operations = new JsonArray();
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var index = 0;
            foreach (var container in owner.Template.Member("spec").Items(list))
            {
                var name = container.Text("name") ?? "";
                found.Add(name);
                if (images.TryGetValue(name, out var image) || images.TryGetValue("*", out image))
                    Replace(operations, $"{owner.Path}/spec/{list}/{index.ToString(CultureInfo.InvariantCulture)}", name, image, container.Text("image"));
                index++;
            }
        }

        if (images.Keys.FirstOrDefault(n => n != "*" && !found.Contains(n)) is { } unknown)
        {
            throw new RolloutActionException(
                $"rollout \"{rollout.Name}\" has no container \"{unknown}\"; it has: {string.Join(", ", found)}",
                "name one of them, or * for all");
        }

        return operations.Count == 0 ? [] : [new RolloutPatch(Patch.Json(operations)) { Workload = owner.Target }];
    }

    private static void Replace(JsonArray operations, string path, string name, string image, string? before)
    {
        if (image == before)
            return;
        operations.Add((JsonNode)new JsonObject { ["op"] = "test", ["path"] = $"{path}/name", ["value"] = name });
        operations.Add((JsonNode)new JsonObject { ["op"] = before is null ? "add" : "replace", ["path"] = $"{path}/image", ["value"] = image });
    }

    private static ImmutableArray<RolloutPatch> Resume(Rollout rollout) =>
        rollout.Spec.Paused ? [OnSpec(new JsonObject { ["paused"] = false })] : [];

    private static bool IsPausedByInconclusiveStep(Rollout rollout) =>
        rollout.Status.PauseConditions.Any(c => c.Reason == PauseReasons.InconclusiveAnalysisRun)
        && rollout.Status.StepAnalysisRun?.Status == nameof(AnalysisPhase.Inconclusive);

    private static int StepsOf(Rollout rollout) => rollout.Spec.Canary is { Steps: { IsEmpty: false } steps }
        ? steps.Length
        : throw new RolloutActionException($"rollout \"{rollout.Name}\" has no canary steps to skip", $"bascule promote {rollout.Name}");

    private static RolloutPatch GoTo(int step) => OnStatus(new JsonObject { ["pauseConditions"] = null, ["currentStepIndex"] = step });

    private static int NextStep(Rollout rollout) =>
        Math.Min((rollout.Status.CurrentStepIndex ?? 0) + 1, rollout.Spec.Canary?.Steps.Length ?? 0);

    private static RolloutPatch OnStatus(JsonObject status) => new(Patch.Merge(new JsonObject { [Status] = status }), Status);

    private static RolloutPatch OnSpec(JsonObject spec) => new(Patch.Merge(new JsonObject { ["spec"] = spec }));
}
