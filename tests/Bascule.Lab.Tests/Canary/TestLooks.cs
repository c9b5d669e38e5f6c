using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Controller;
using Bascule.Controller.Caches;
using Bascule.Controller.Views;
using Bascule.Kube;
using Bascule.Lab.Canary;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Tests.Canary;

/// <summary>Looks at the lab's rollout in chosen states.</summary>
internal static class TestLooks
{
    private static readonly ObjectKey Key = new("default", "goprom");

    public static LabParameters Parameters { get; } = new()
    {
        Image = "uptime-formation/goprom",
        Version = LabOptions.StableVersion,
        Pace = TimeSpan.FromSeconds(10),
        Prometheus = new Uri("http://127.0.0.1:9090"),
    };

    /// <summary>One version, all of it available.</summary>
    public static LabLook Settled(long generation, string hash) =>
        Look(generation, hash, hash, stepIndex: 8, abort: false, "Healthy", available: 5);

    /// <summary>In the middle of the steps.</summary>
    public static LabLook Updating(long generation, int stepIndex, bool abort = false, params JsonObject[] runs) =>
        Look(generation, "v1hash", "v2hash", stepIndex, abort, abort ? "Degraded" : "Paused", available: 5, runs);

    /// <summary>The spec has changed and the controller has not reacted.</summary>
    public static LabLook Unobserved(long generation) =>
        Look(generation, "v1hash", "v1hash", 8, abort: false, "Healthy", available: 5, observed: generation - 1);

    public static JsonObject Run(string name, string phase, params (string Phase, string Value)[] measurements) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["spec"] = new JsonObject
        {
            ["metrics"] = new JsonArray(new JsonObject { ["name"] = "success-rate", ["successCondition"] = "result[0] >= 0.95", ["provider"] = new JsonObject() }),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = phase,
            ["message"] = phase == "Failed" ? "too many failures" : null,
            ["metricResults"] = new JsonArray(new JsonObject
            {
                ["name"] = "success-rate",
                ["phase"] = phase,
                ["count"] = measurements.Length,
                ["measurements"] = new JsonArray([.. measurements.Select(m => new JsonObject { ["phase"] = m.Phase, ["value"] = m.Value })]),
            }),
        },
    };

    private static LabLook Look(long generation, string stable, string current, int stepIndex, bool abort, string phase, int available, JsonObject[]? runs = null, long? observed = null)
    {
        var body = LabManifests.Canary(Parameters)[^1].Body.DeepClone().AsObject();
        var metadata = body["metadata"]!.AsObject();
        metadata["namespace"] = "default";
        metadata["uid"] = "rollout-uid";
        metadata["generation"] = generation;
        body["status"] = new JsonObject
        {
            ["observedGeneration"] = (observed ?? generation).ToString(CultureInfo.InvariantCulture),
            ["stableRS"] = stable,
            ["currentPodHash"] = current,
            ["currentStepIndex"] = stepIndex,
            ["abort"] = abort,
            ["phase"] = phase,
            ["availableReplicas"] = available,
        };
        var rollout = KubeObject.From(body);
        var view = new RolloutViewBuilder(new SnapshotCache((ArgoResources.Rollouts, rollout))).Build(Key)!;
        return new LabLook(TimeSpan.Zero, Rollout.Read(rollout.Root), view, null, [.. (runs ?? []).Select(r => AnalysisRun.Parse(KubeObject.From(r).Root))]);
    }
}
