using System.Collections.Frozen;
using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using Bascule.Api.Json;
using Bascule.Cli.Clusters;
using Bascule.Cli.Sandboxes;
using Bascule.Controller.Hosting;
using Bascule.Lab;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;
using Bascule.Lab.Views;
using Bascule.Sandbox;

namespace Bascule.Cli.Commands;

/// <summary>Runs a lab with these options, shown by this view, on the cluster that it opens.</summary>
internal delegate Task<LabReport> LabRun(LabOptions options, ILabView view, Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken);

/// <summary>What every lab command takes, and how it runs: cluster, view, report, exit code.</summary>
internal sealed class LabRunOptions
{
    /// <summary>Where reports go unless told otherwise.</summary>
    public const string DefaultReport = "bascule-report";

    private readonly CliServices _services;
    private readonly ClusterOptions _cluster;
    private readonly Option<bool> _bad = new("--bad") { Description = "The new version fails 30 % of its requests" };
    private readonly Option<string> _pace = new("--pace") { HelpName = "duration", DefaultValueFactory = _ => "10s" };
    private readonly Option<double> _rate = new("--rate") { Description = "Requests per second", HelpName = "number", DefaultValueFactory = _ => 100 };
    private readonly Option<string?> _image = new("--image") { Description = "Image of goprom, for a cluster that is no sandbox", HelpName = "image" };
    private readonly Option<string> _gatewayClass = new("--gateway-class") { Description = "Class of the Gateway that canary-gateway makes, for a cluster that is no sandbox", HelpName = "name", DefaultValueFactory = _ => LabOptions.SandboxGatewayClass };
    private readonly Option<Uri?> _url = WebAddress.Option("--url", "Where users come in; default: the node port of goprom, or the gateway's address");
    private readonly Option<Uri?> _prometheus;
    private readonly Option<string> _report = new("--report") { Description = "Directory for the report", HelpName = "directory", DefaultValueFactory = _ => DefaultReport };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="pace">What a pause is in this lab.</param>
    /// <param name="leastPace">The shortest pause.</param>
    /// <param name="why">Why it cannot be shorter.</param>
    /// <param name="prometheus">What Prometheus is needed for.</param>
    /// <param name="both">The command tries a good and a bad version anyway.</param>
    public LabRunOptions(Command command, CliServices services, string pace, TimeSpan leastPace, string why, string prometheus, bool both = false)
    {
        _services = services;
        _cluster = new ClusterOptions(command);
        _pace.Description = pace;
        _prometheus = WebAddress.Option("--prometheus", prometheus);
        _pace.Validators.Add(result =>
        {
            if (PaceProblem(result.GetValueOrDefault<string>(), leastPace, why) is { } problem)
                result.AddError(problem);
        });
        _rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 10_000))
                result.AddError($"--rate: found {result.GetValueOrDefault<double>()}, expected a number above 0 and at most 10000");
        });
        if (!both)
            command.Add(_bad);
        foreach (var option in new Option[] { _pace, _rate, _image, _gatewayClass, _url, _prometheus, _report })
            command.Add(option);
    }

    /// <summary>True when a cluster was named and no Prometheus that scrapes it.</summary>
    public bool LacksPrometheus(ParseResult parsed) => _cluster.Read(parsed).Context is not null && parsed.GetValue(_prometheus) is null;

    /// <summary>Checks that the pauses are not shorter than this way to run the lab can bear.</summary>
    /// <exception cref="CliException">They are.</exception>
    public void RequirePace(ParseResult parsed, TimeSpan least, string why)
    {
        if (PaceProblem(parsed.GetRequiredValue(_pace), least, why) is { } problem)
            throw new CliException(problem, exitCode: ExitCodes.Usage);
    }

    /// <summary>The directory for reports.</summary>
    public string Directory(ParseResult parsed) => parsed.GetRequiredValue(_report);

    /// <summary>Runs a lab, shows it, and writes its report.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, LabRun lab, CancellationToken cancellationToken) =>
        VerdictText.ExitCode((await RunAsync(parsed, lab, parsed.GetValue(_bad), Directory(parsed), cancellationToken)).Outcome);

    /// <summary>Runs a lab, shows it, and writes its report into a directory.</summary>
    public async Task<LabReport> RunAsync(ParseResult parsed, LabRun lab, bool isBad, string directory, CancellationToken cancellationToken)
    {
        var begun = _services.Time.GetTimestamp();
        var selection = _cluster.Read(parsed);
        var run = System.IO.Directory.CreateTempSubdirectory("bascule-lab-").FullName;
        try
        {
            var options = Read(parsed, run, begun) with { Bad = isBad };
            var report = await ShowAsync(view => lab(options, view, token => OpenAsync(selection, run, token), cancellationToken));
            var page = await ReportWriter.WriteAsync(report, directory, cancellationToken);
            _services.Terminal.Out.Write(VerdictText.Render(report));
            _services.Terminal.Raw.WriteLine($"  report: {page}");
            return report;
        }
        finally
        {
            System.IO.Directory.Delete(run, recursive: true);
        }
    }

    private static string? PaceProblem(string? pace, TimeSpan least, string why) => GoDuration.TryParse(pace, out var found) && found >= least
        ? null
        : $"--pace: found '{pace}', expected a duration of at least {GoDuration.Text(least)} ({why}), such as 10s or 1m";

    private Task<LabReport> ShowAsync(Func<ILabView, Task<LabReport>> lab)
    {
        var terminal = _services.Terminal;
        if (!terminal.IsInteractive || !string.IsNullOrEmpty(_services.Variable("NO_COLOR")))
            return lab(new PlainView(terminal.Raw));
        var view = new LiveView(terminal.Out);
        return view.WhileShownAsync(() => lab(view));
    }

    private LabOptions Read(ParseResult parsed, string run, long begun)
    {
        var options = new LabOptions
        {
            Pace = GoDuration.TryParse(parsed.GetRequiredValue(_pace), out var pace) ? pace : LabOptions.DefaultPace,
            Rate = parsed.GetValue(_rate),
            GatewayClass = parsed.GetRequiredValue(_gatewayClass),
            Url = parsed.GetValue(_url),
            Prometheus = parsed.GetValue(_prometheus),
            SearchPath = _services.Variable("PATH") ?? "",
            RunDirectory = Path.Combine(run, "prometheus"),
            Begun = begun,
        };
        return parsed.GetValue(_image) is { } image ? options with { Image = image } : options;
    }

    /// <summary>The cluster that was named, else the sandbox that runs, else one for this run alone.</summary>
    private async Task<LabCluster> OpenAsync(ClusterSelection selection, string run, CancellationToken cancellationToken)
    {
        if (selection.Context is not null)
            return Lend(_services.Connect(selection));
        if (RunningSandbox.Find(_services) is { } running)
            return Lend(ClusterConnector.ToSandbox(running, _services), selection.Namespace, running);
        var options = new SandboxOptions
        {
            StateDirectory = Path.Combine(run, "sandbox"),
            Images = new Dictionary<string, ImmutableArray<string>> { ["goprom"] = SelfCommand.With("goprom") }.ToFrozenDictionary(StringComparer.Ordinal),
            TimeProvider = _services.Time,
            Random = _services.NewRandom(),
            Gateway = new GatewayOptions { Port = 0 },
        };
        var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Sandbox = options, Controller = new ControllerHostOptions { Metrics = new IPEndPoint(IPAddress.Loopback, 0) } }, cancellationToken);
        return new LabCluster(cluster.Sandbox.Client, selection.Namespace ?? "default", $"look yourself: export KUBECONFIG={cluster.Sandbox.KubeconfigPath}", cluster)
        {
            Gateway = cluster.Sandbox.GatewayAddress,
            Metrics = Metrics(("gateway", cluster.Sandbox.GatewayMetricsAddress), ("controller", cluster.Controller.MetricsAddress)),
        };
    }

    private static LabCluster Lend(ClusterConnection connection, string? @namespace = null, RunningSandbox? sandbox = null) =>
        new(connection.Client, @namespace ?? connection.Namespace, "", null) { Gateway = sandbox?.Gateway, Metrics = Metrics(("gateway", sandbox?.GatewayMetrics)) };

    private static ImmutableSortedDictionary<string, Uri> Metrics(params IEnumerable<(string App, Uri? At)> known) =>
        known.Where(k => k.At is not null).ToImmutableSortedDictionary(k => k.App, k => k.At!, StringComparer.Ordinal);
}
