using System.CommandLine;
using System.Globalization;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Cli.Output;
using Bascule.Cli.Sandboxes;
using Bascule.Controller;
using Bascule.Controller.Caches;
using Bascule.Controller.Views;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule status [NAME]</c>: of the sandbox, or of a rollout.</summary>
internal sealed class StatusCommand : Verb
{
    private readonly CliServices _services;
    private readonly Argument<string?> _name = new("NAME") { Description = "Name of a rollout; without it, the sandbox's status", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Follow the rollout until it is Healthy (exit code 0) or Degraded (1; 3 when it rolled back)",
        DefaultValueFactory = _ => true,
    };

    private readonly Option<double?> _timeout = new("--timeout", "-t") { Description = "Give up after this many seconds (exit code 1)", HelpName = "seconds" };
    private readonly ClusterOptions _cluster;

    public StatusCommand(CliServices services)
        : base(
            "status",
            "Show what the sandbox runs, or follow a rollout until it is done",
            "bascule status",
            "bascule status goprom --timeout 300",
            "bascule status goprom --watch=false")
    {
        _services = services;
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() <= 0)
                result.AddError("--timeout: expected a number of seconds above 0");
        });
        Add(_name);
        Add(_watch);
        Add(_timeout);
        _cluster = new ClusterOptions(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_name) is not { } name)
            return await SandboxAsync(cancellationToken);
        using var cluster = _services.Connect(_cluster.Read(parsed));
        return await RolloutAsync(parsed, cluster, cluster.Key(name), cancellationToken);
    }

    private async Task<int> RolloutAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(_watch))
        {
            var phase = ClientPhase.Of(await RolloutVerb.ReadAsync(cluster, key, cancellationToken));
            _services.Terminal.Raw.WriteLine(Line(phase.Phase, phase.Message));
            return ExitCodes.Ok;
        }

        using var timeout = parsed.GetValue(_timeout) is { } seconds
            ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), _services.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(cluster, key, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"rollout \"{key.Name}\" was not done within the time given", $"see why: bascule explain {key.Name} --namespace {key.Namespace}");
        }
    }

    private async Task<int> FollowAsync(ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        await RolloutVerb.ReadAsync(cluster, key, cancellationToken);
        var last = "";
        await foreach (var view in new RolloutWatcher(cluster.Client, _services.Time, _services.NewRandom()).WatchAsync(key, cancellationToken))
        {
            if (view is null)
                throw new CliException($"rollout \"{key.Name}\" was deleted");
            var line = Line(view.Status, view.Message);
            if (line != last)
                await _services.Terminal.Raw.WriteLineAsync(line);
            last = line;
            if (view.IsHealthy)
                return ExitCodes.Ok;
            if (view.IsDegraded)
                return view.IsAborted ? ExitCodes.RolledBack : ExitCodes.Error;
        }

        return ExitCodes.Error;
    }

    private async Task<int> SandboxAsync(CancellationToken cancellationToken)
    {
        if (RunningSandbox.Find(_services) is not { } sandbox)
        {
            _services.Terminal.Note("no sandbox is running; start one with: bascule up --detach");
            return ExitCodes.Error;
        }

        using var cluster = ClusterConnector.ToSandbox(sandbox, _services);
        var cache = await SnapshotCache.ReadAsync(
            cluster.Client, null, [ResourceTypes.Pods, ResourceTypes.Services, ArgoResources.Rollouts], cancellationToken);
        var pods = cache.List(ResourceTypes.Pods, null);
        var facts = new Grid();
        facts.Add("Sandbox:", new Cell(StatusIcon.For("Running"), $" running for {Ages.Since(sandbox.StartedAt, _services.Time.GetUtcNow())} (process {sandbox.ProcessId.ToString(CultureInfo.InvariantCulture)})"));
        facts.Add("API:", sandbox.Api.ToString());
        facts.Add("Gateway:", sandbox.Gateway.ToString());
        facts.Add("Kubeconfig:", sandbox.KubeconfigPath);
        facts.Add("Pods:", pods.Count.ToString(CultureInfo.InvariantCulture));
        facts.Add("Services:", cache.List(ResourceTypes.Services, null).Count.ToString(CultureInfo.InvariantCulture));
        foreach (var rollout in cache.List(ArgoResources.Rollouts, null).OrderBy(r => r.Key.ToString(), StringComparer.Ordinal))
        {
            var phase = ClientPhase.Of(Rollout.Read(rollout.Root));
            facts.Add("Rollout:", new Cell($"{rollout.Key}  ", StatusIcon.For(phase.Phase), " " + Line(phase.Phase, phase.Message)));
        }

        _services.Terminal.Out.Write(facts.Render());
        return ExitCodes.Ok;
    }

    private static string Line(string phase, string message) => message.Length == 0 ? phase : $"{phase} - {message}";
}
