using System.CommandLine;
using Bascule.Cli.Clusters;
using Bascule.Cli.Output;
using Bascule.Controller.Caches;
using Bascule.Controller.Views;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule get rollout NAME [-w] [-o json|yaml|wide]</c>.</summary>
internal sealed class GetRolloutCommand : RolloutVerb
{
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Show it again whenever it changes, until Ctrl-C" };
    private readonly OutputFormat _format;

    public GetRolloutCommand(CliServices services)
        : base(
            services,
            "rollout",
            "Show a rollout with its revisions, replica sets, pods and analysis runs",
            "bascule get rollout goprom",
            "bascule get rollout goprom -w",
            "bascule get rollout goprom -o json")
    {
        Aliases.Add("ro");
        Aliases.Add("rollouts");
        Add(_watch);
        _format = new OutputFormat(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_watch))
            return await WatchAsync(parsed, cluster, key, cancellationToken);
        await ReadAsync(cluster, key, cancellationToken);
        var cache = await SnapshotCache.ReadAsync(cluster.Client, key.Namespace, RolloutViewBuilder.Types, cancellationToken);
        if (new RolloutViewBuilder(cache).Build(key) is not { } view)
            throw await Missing.RolloutAsync(cluster, key, cancellationToken);
        if (_format.IsForMachines(parsed))
            _format.Write(parsed, RolloutJson.Of(view), Services.Terminal);
        else
            Services.Terminal.Out.Write(new RolloutText(Services.Time.GetUtcNow(), _format.IsWide(parsed)).Render(view));
        return ExitCodes.Ok;
    }

    private async Task<int> WatchAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        await ReadAsync(cluster, key, cancellationToken);
        var watcher = new RolloutWatcher(cluster.Client, Services.Time, Services.NewRandom());
        if (_format.IsForMachines(parsed))
        {
            await foreach (var view in watcher.WatchAsync(key, cancellationToken))
            {
                if (view is null)
                    return Gone(key);
                _format.Write(parsed, RolloutJson.Of(view), Services.Terminal);
            }
        }

        return Services.Terminal.IsInteractive
            ? await RedrawAsync(watcher, key, _format.IsWide(parsed), cancellationToken)
            : await LinesAsync(watcher, key, cancellationToken);
    }

    private async Task<int> RedrawAsync(RolloutWatcher watcher, ObjectKey key, bool wide, CancellationToken cancellationToken)
    {
        var screen = new LiveScreen(Services.Terminal.Out, Services.Time);
        var shown = await screen.ShowAsync(
            watcher.WatchAsync(key, cancellationToken), view => new RolloutText(Services.Time.GetUtcNow(), wide).Render(view), cancellationToken);
        return shown ? ExitCodes.Ok : Gone(key);
    }

    private async Task<int> LinesAsync(RolloutWatcher watcher, ObjectKey key, CancellationToken cancellationToken)
    {
        var last = "";
        await foreach (var view in watcher.WatchAsync(key, cancellationToken))
        {
            if (view is null)
                return Gone(key);
            var line = RolloutText.Line(view);
            if (line != last)
                await Services.Terminal.Raw.WriteLineAsync(line);
            last = line;
        }

        return ExitCodes.Ok;
    }

    private int Gone(ObjectKey key)
    {
        Services.Terminal.Note($"rollout '{key.Name}' is deleted");
        return ExitCodes.Ok;
    }
}
