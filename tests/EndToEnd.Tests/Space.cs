using System.Globalization;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>One test's namespace, and the sentences the scenarios are written in.</summary>
internal sealed class Space(Cluster cluster, string name) : IAsyncDisposable
{
    public string Name => name;

    public async ValueTask DisposeAsync() => await cluster.KubectlAsync("delete", "namespace", name, "--wait=false");

    public async Task ApplyAsync(string yaml) => (await cluster.ApplyAsync(name, yaml)).Succeeded();

    public Task<Finished> KubectlAsync(params string[] arguments) => cluster.KubectlAsync([.. arguments, "-n", name]);

    public Task<Finished> BasculeAsync(params string[] arguments) => cluster.BasculeAsync([.. arguments, "-n", name]);

    public Task<JsonNode> RolloutAsync(string rollout, Func<JsonNode, bool> expected, string because, int seconds = 60) =>
        cluster.UntilAsync(name, "rollout", rollout, expected, because, seconds);

    public Task<JsonNode> PhaseAsync(string rollout, string phase, int seconds = 60) =>
        RolloutAsync(rollout, r => Text(r, "phase") == phase && ObservedGeneration(r), phase, seconds);

    public Task<JsonNode> PausedAtStepAsync(string rollout, int step) =>
        RolloutAsync(rollout, r => Text(r, "phase") == "Paused" && Step(r) == step, $"paused at step {step}");

    /// <summary>Available pods of the newest template and of all others.</summary>
    public async Task<(int Canary, int Stable)> PodsAsync(string rollout)
    {
        var hash = Text(JsonNode.Parse((await KubectlAsync("get", "rollout", rollout, "-o", "json")).Succeeded())!, "currentPodHash");
        var sets = JsonNode.Parse((await KubectlAsync("get", "rs", "-o", "json")).Succeeded())!["items"]!.AsArray();
        int Available(bool canary) => sets
            .Where(s => s!["metadata"]!["labels"]?["rollouts-pod-template-hash"]?.GetValue<string>() == hash == canary)
            .Sum(s => s!["status"]?["availableReplicas"]?.GetValue<int>() ?? 0);
        return (Available(true), Available(false));
    }

    public static string? Text(JsonNode rollout, string field) => rollout["status"]?[field]?.ToString();

    public static int? Step(JsonNode rollout) => rollout["status"]?["currentStepIndex"]?.GetValue<int>();

    private static bool ObservedGeneration(JsonNode rollout) =>
        Text(rollout, "observedGeneration") == rollout["metadata"]!["generation"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture);
}
