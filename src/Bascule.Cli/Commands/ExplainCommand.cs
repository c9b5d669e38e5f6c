using System.CommandLine;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Cli.Output;
using Bascule.Controller;
using Bascule.Controller.Caches;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Views;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Bascule.Lab;
using Bascule.Traffic.Objects;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule explain NAME</c>.</summary>
internal sealed class ExplainCommand : RolloutVerb
{
    private readonly OutputFormat _format;
    private readonly RoutingOptions _routing;

    public ExplainCommand(CliServices services)
        : base(
            services,
            "explain",
            "Say why a rollout stands where it stands, what would move it on, and when the controller looks again",
            "bascule explain goprom",
            "bascule explain goprom -o json")
    {
        _format = new OutputFormat(this);
        _routing = new RoutingOptions(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        await ReadAsync(cluster, key, cancellationToken);
        var cache = await SnapshotCache.ReadAsync(cluster.Client, key.Namespace, [.. RolloutObserver.Types, ResourceTypes.Pods, ResourceTypes.Deployments, ResourceTypes.PodTemplates], cancellationToken);
        var catalog = new RoutingCatalog(_routing.Read(parsed));
        if (cache.Get(ArgoResources.Rollouts, key) is { } rollout)
            catalog = await RoutingLook.ReadAsync(cache, cluster.Client, Rollout.Read(rollout.Root), catalog, cancellationToken);
        if (RolloutExplanation.Of(cache, key, Services.Time.GetUtcNow(), catalog) is not { } explanation)
            throw await Missing.RolloutAsync(cluster, key, cancellationToken);
        if (_format.IsForMachines(parsed))
            _format.Write(parsed, Json(explanation), Services.Terminal);
        else
            Print(explanation);
        return ExitCodes.Ok;
    }

    private void Print(RolloutExplanation explanation)
    {
        var text = new Grid();
        var phase = explanation.Phase;
        text.Add(new Cell([$"{explanation.Key.Name}: ", .. StatusIcon.Cell(phase.Phase).Pieces, phase.Message.Length == 0 ? "" : $" - {phase.Message}"]));
        foreach (var reason in explanation.Reasons)
        {
            text.Add($"  • {reason.Message}");
            if (reason.WaitsFor is { } what)
                text.Add($"      waits for: {what}");
            if (reason.Unblock is { } how)
                text.Add($"      goes on with: {how}");
        }

        foreach (var next in explanation.Next)
            text.Add($"  → next: {next}");
        text.Add(explanation.LookAgainAfter is { } delay ? $"  looks again in {Ages.Text(delay)}, or when something changes" : "  looks again when something changes");
        Services.Terminal.Out.Write(text.Render());
    }

    private static JsonObject Json(RolloutExplanation explanation) => new()
    {
        ["name"] = explanation.Key.Name,
        ["namespace"] = explanation.Key.Namespace,
        ["status"] = explanation.Phase.Phase,
        ["message"] = explanation.Phase.Message,
        ["reasons"] = new JsonArray([.. explanation.Reasons.Select(Json)]),
        ["next"] = new JsonArray([.. explanation.Next.Select(n => (JsonNode)n)]),
        ["looksAgainAfterSeconds"] = explanation.LookAgainAfter?.TotalSeconds,
    };

    private static JsonObject Json(Reason reason) => new()
    {
        ["kind"] = reason.Kind.ToString(),
        ["message"] = reason.Message,
        ["unblock"] = reason.Unblock,
        ["waitsFor"] = reason.WaitsFor,
        ["looksAgainAfterSeconds"] = reason.LookAgainAfter?.TotalSeconds,
    };
}
