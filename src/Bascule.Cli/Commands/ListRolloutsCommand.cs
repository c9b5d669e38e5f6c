using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Cli.Clusters;
using Bascule.Cli.Output;
using Bascule.Controller;
using Bascule.Controller.Caches;
using Bascule.Controller.Views;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule list rollouts</c>.</summary>
internal sealed class ListRolloutsCommand : ClusterVerb
{
    private readonly Option<bool> _everywhere = new("--all-namespaces", "-A") { Description = "List the rollouts of every namespace" };
    private readonly OutputFormat _format;

    public ListRolloutsCommand(CliServices services)
        : base(services, "rollouts", "List rollouts", "bascule list rollouts", "bascule list rollouts -A -o json")
    {
        Aliases.Add("ro");
        Aliases.Add("rollout");
        Add(_everywhere);
        _format = new OutputFormat(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, CancellationToken cancellationToken)
    {
        var everywhere = parsed.GetValue(_everywhere);
        var cache = await SnapshotCache.ReadAsync(cluster.Client, everywhere ? null : cluster.Namespace, RolloutViewBuilder.Types, cancellationToken);
        var views = cache.List(ArgoResources.Rollouts, null)
            .OrderBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)
            .Select(r => new RolloutViewBuilder(cache).Build(r.Key)).OfType<RolloutView>().ToList();
        if (_format.IsForMachines(parsed))
            _format.Write(parsed, new JsonArray([.. views.Select(RolloutJson.Of)]), Services.Terminal);
        else if (views.Count == 0)
            Services.Terminal.Note(everywhere ? "no rollouts" : $"no rollouts in namespace \"{cluster.Namespace}\"");
        else
            Services.Terminal.Out.Write(Table(views, everywhere, Services.Time.GetUtcNow()).Render());
        return ExitCodes.Ok;
    }

    private static Grid Table(IEnumerable<RolloutView> views, bool everywhere, DateTimeOffset now)
    {
        var table = new Grid();
        Add(table, everywhere, "NAMESPACE", "NAME", "STRATEGY", "STATUS", "STEP", "SET-WEIGHT", "READY", "DESIRED", "UP-TO-DATE", "AVAILABLE", "AGE");
        foreach (var view in views)
        {
            Add(
                table,
                everywhere,
                view.Namespace,
                view.Name,
                view.Strategy,
                StatusIcon.Cell(view.Status),
                view is { StepIndex: { } index, StepCount: > 0 } ? $"{Number(index)}/{Number(view.StepCount)}" : "-",
                view.SetWeight is { } weight ? Number(weight) : "-",
                $"{Number(view.Ready)}/{Number(view.Desired)}",
                Number(view.Desired),
                Number(view.Updated),
                Number(view.Available),
                Ages.Since(view.CreatedAt, now));
        }

        return table;
    }

    private static void Add(Grid table, bool everywhere, params Cell[] cells) => table.Add(everywhere ? cells : cells[1..]);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
