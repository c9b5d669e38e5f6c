using System.Globalization;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>One test's namespace, and the sentences the scenarios are written in.</summary>
internal sealed class Space(Cluster cluster, string name) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(400);

    public string Name => name;

    public async ValueTask DisposeAsync() => await cluster.KubectlAsync("delete", "namespace", name, "--wait=false");

    public async Task ApplyAsync(string yaml) => (await cluster.ApplyAsync(name, yaml)).Succeeded();

    public Task<Finished> KubectlAsync(params string[] arguments) => cluster.KubectlAsync([.. arguments, "-n", name]);

    public Task<Finished> BasculeAsync(params string[] arguments) => cluster.BasculeAsync([.. arguments, "-n", name]);

    public Task<JsonNode> RolloutAsync(string rollout, Func<JsonNode, bool> expected, string because, int seconds = 120) =>
        cluster.UntilAsync(name, "rollout", rollout, expected, because, seconds);

    public Task<JsonNode> PhaseAsync(string rollout, string phase, int seconds = 120) =>
        RolloutAsync(rollout, r => Text(r, "phase") == phase && ObservedGeneration(r), phase, seconds);

    public Task<JsonNode> PausedAtStepAsync(string rollout, int step) =>
        RolloutAsync(rollout, r => Text(r, "phase") == "Paused" && Step(r) == step, $"paused at step {step}");

    /// <summary>Available pods of the newest template and of all others.</summary>
    public async Task<(int Canary, int Stable)> PodsAsync(string rollout)
    {
        var seen = await ListAsync("rollouts,replicasets");
        var hash = Text(seen.Single(o => IsA(o, "Rollout") && o["metadata"]!["name"]!.GetValue<string>() == rollout), "currentPodHash");
        var sets = seen.Where(o => IsA(o, "ReplicaSet")).ToArray();
        int Available(bool canary) => sets
            .Where(s => s["metadata"]!["labels"]?["rollouts-pod-template-hash"]?.GetValue<string>() == hash == canary)
            .Sum(s => s["status"]?["availableReplicas"]?.GetValue<int>() ?? 0);
        return (Available(true), Available(false));
    }

    /// <summary>Waits until as many pods are available, of the newest template and of all others.</summary>
    public Task UntilPodsAsync(string rollout, int canary, int stable) => UntilAsync(
        () => PodsAsync(rollout), pods => pods == (canary, stable), $"{canary} pods of the newest version of {rollout} and {stable} others");

    /// <summary>The hash of the version that a Service leads to; empty when it leads to any.</summary>
    public async Task<string> SelectedAsync(string service) =>
        (await KubectlAsync("get", "service", service, "-o", "jsonpath={.spec.selector.rollouts-pod-template-hash}")).Succeeded().Trim();

    /// <summary>The ReplicaSets of this namespace.</summary>
    public async Task<JsonNode[]> ReplicaSetsAsync() => await ListAsync("rs");

    /// <summary>The objects of a kind in this namespace, without those that are being deleted.</summary>
    public async Task<JsonNode[]> ListAsync(string kind, params string[] arguments) =>
    [
        .. JsonNode.Parse((await KubectlAsync(["get", kind, .. arguments, "-o", "json"])).Succeeded())!["items"]!.AsArray()
            .Where(i => i!["metadata"]!["deletionTimestamp"] is null)
            .Select(i => i!),
    ];

    /// <summary>Looks again and again until what is seen is as expected; the bound fails the test with what was last seen.</summary>
    /// <param name="look">What to do.</param>
    /// <param name="expected">What its answer has to be.</param>
    /// <param name="because">That in words.</param>
    /// <param name="every">Time between looks; long enough for one that costs a kubectl unless told.</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> expected, string because, TimeSpan? every = null)
    {
        var deadline = DateTime.UtcNow + s_patience;
        while (true)
        {
            var seen = await look();
            if (expected(seen))
                return seen;
            Assert.True(DateTime.UtcNow < deadline, $"expected {because} within {s_patience.TotalSeconds} s; last seen: {seen}");
            await Task.Delay(every ?? s_look);
        }
    }

    public static string? Text(JsonNode rollout, string field) => rollout["status"]?[field]?.ToString();

    public static int? Step(JsonNode rollout) => rollout["status"]?["currentStepIndex"]?.GetValue<int>();

    private static bool IsA(JsonNode seen, string kind) => seen["kind"]!.GetValue<string>() == kind;

    private static bool ObservedGeneration(JsonNode rollout) =>
        Text(rollout, "observedGeneration") == rollout["metadata"]!["generation"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture);
}
