using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>What people do to a Rollout while it runs, as the exact patches that the command line sends (CLI-1..8).</summary>
/// <param name="client">The API, without faults.</param>
/// <param name="rollouts">The type of the Rollout.</param>
/// <param name="scenario">Makes the next versions.</param>
/// <param name="random">Chooses.</param>
public sealed class UserActions(IKubeClient client, ResourceType rollouts, CanaryScenario scenario, Random random)
{
    private static readonly ObjectKey Key = new(CanaryScenario.Namespace, CanaryScenario.Name);
    private readonly List<JsonObject> _applied = [];

    /// <summary>What was done, in words, for a readable failure.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Does one thing that a user might do now.</summary>
    public Task ActAsync(CancellationToken cancellationToken) => random.Next(10) switch
    {
        0 or 1 or 2 => ApplyAsync(DrawBehaviour(), cancellationToken),
        3 => UndoAsync(cancellationToken),
        4 => StatusAsync("abort", new JsonObject { ["abort"] = true }, cancellationToken),
        5 => StatusAsync("retry", new JsonObject { ["abort"] = false }, cancellationToken),
        6 => PromoteAsync(cancellationToken),
        7 => StatusAsync("promote --full", new JsonObject { ["promoteFull"] = true }, cancellationToken),
        8 => SpecAsync("scale", new JsonObject { ["replicas"] = random.Next(0, 9) }, cancellationToken),
        _ => SpecAsync("pause or resume", new JsonObject { ["paused"] = random.Next(2) == 0 }, cancellationToken),
    };

    /// <summary>The last thing the user wants: a good version, nothing paused by hand.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await SpecAsync("resume", new JsonObject { ["paused"] = false }, cancellationToken);
        await ApplyAsync(PodBehaviour.Good, cancellationToken);
    }

    /// <summary>Promotes past a pause, as <c>promote</c> does (CLI-4).</summary>
    public Task PromoteAsync(CancellationToken cancellationToken) =>
        StatusAsync("promote", new JsonObject { ["pauseConditions"] = null }, cancellationToken);

    /// <summary>Starts an aborted update again (CLI-2).</summary>
    public Task RetryAsync(CancellationToken cancellationToken) =>
        StatusAsync("retry", new JsonObject { ["abort"] = false }, cancellationToken);

    private PodBehaviour DrawBehaviour() => (PodBehaviour)random.Next(4);

    private Task ApplyAsync(PodBehaviour behaviour, CancellationToken cancellationToken)
    {
        var template = scenario.NextTemplate(behaviour);
        _applied.Add(template);
        return TemplateAsync($"apply a {behaviour} version", template, cancellationToken);
    }

    private Task UndoAsync(CancellationToken cancellationToken) => _applied.Count == 0
        ? ApplyAsync(PodBehaviour.Good, cancellationToken)
        : TemplateAsync("undo to an earlier version", _applied[random.Next(_applied.Count)], cancellationToken);

    private Task TemplateAsync(string what, JsonObject template, CancellationToken cancellationToken) =>
        SendAsync(
            what,
            Patch.Json(new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template.DeepClone() })),
            subresource: null,
            cancellationToken);

    private Task SpecAsync(string what, JsonObject spec, CancellationToken cancellationToken) =>
        SendAsync(string.Create(CultureInfo.InvariantCulture, $"{what} {spec.ToJsonString()}"), Patch.Merge(new JsonObject { ["spec"] = spec }), subresource: null, cancellationToken);

    private Task StatusAsync(string what, JsonObject status, CancellationToken cancellationToken) =>
        SendAsync(what, Patch.Merge(new JsonObject { ["status"] = status }), "status", cancellationToken);

    private async Task SendAsync(string what, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        Log.Add(what);
        await client.PatchAsync(rollouts, Key, patch, subresource, cancellationToken);
    }
}
