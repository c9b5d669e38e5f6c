using System.Collections.Frozen;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Bascule.Cli.Output;
using Bascule.Cli.Sandboxes;
using Bascule.Controller.Hosting;
using Bascule.Lab;
using Bascule.Metrics.Prometheus;
using Bascule.Sandbox;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule up [--detach]</c>.</summary>
internal sealed class UpCommand : Verb
{
    private const string BackgroundName = "--background";
    private const string LogFileName = "sandbox.log";

    private readonly CliServices _services;
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Run in the background, and return when it is ready" };
    private readonly Option<bool> _background = new(BackgroundName) { Description = "Run as the background process of --detach", Hidden = true };
    private readonly Option<int> _port = new("--port") { Description = "Port of the API server; default: any free one", HelpName = "port" };
    private readonly Option<int?> _gatewayPort = new("--gateway-port") { Description = "Port on which Ingresses and routes are served; default: 8080, or the first free one after it", HelpName = "port" };
    private readonly Option<bool> _tls = new("--tls") { Description = "Serve the API over TLS; kubectl sends its token over nothing else", DefaultValueFactory = _ => true };
    private readonly Option<string[]> _images = new("--image") { Description = "An image the sandbox can run, and the command that stands for it", HelpName = "name=command" };
    private readonly MetricsOptions _metrics;
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Log also what was looked at and found in order" };

    public UpCommand(CliServices services)
        : base(
            "up",
            "Start a sandbox: a cluster of this machine, with the controller in it",
            "bascule up",
            "eval $(bascule up --detach)",
            "bascule up --image 'shop=/usr/local/bin/shop --listen :8080'")
    {
        _services = services;
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError($"--port: found {result.GetValueOrDefault<int>()}, expected 0 to 65535");
        });
        _gatewayPort.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
                result.AddError($"--gateway-port: found {result.GetValueOrDefault<int?>()}, expected 0 to 65535");
        });
        _images.Validators.Add(result =>
        {
            foreach (var wrong in result.Tokens.Where(t => !ImageCommand.TryParse(t.Value, out _)))
                result.AddError($"--image: found '{wrong.Value}', expected a name and a command, such as shop=/usr/local/bin/shop");
        });
        foreach (var option in new Option[] { _detach, _background, _port, _gatewayPort, _tls, _images, _verbose })
            Add(option);
        _metrics = new MetricsOptions(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (RunningSandbox.Find(_services) is { } running)
        {
            throw new CliException(
                $"a sandbox is running already (process {running.ProcessId}, {running.Api})",
                $"use it: export KUBECONFIG={running.KubeconfigPath}    or end it first: bascule down");
        }

        if (parsed.GetValue(_detach))
            return await new BackgroundSandbox(_services).StartAsync(Again(parsed), cancellationToken);
        return parsed.GetValue(_background) ? await InBackgroundAsync(parsed, cancellationToken) : await InForegroundAsync(parsed, cancellationToken);
    }

    private async Task<int> InForegroundAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await ServeAsync(parsed, _services.Terminal.ErrorWriter, Announce, cancellationToken);
        return ExitCodes.Ok;

        void Announce(RunningSandbox sandbox)
        {
            BackgroundSandbox.Announce(_services.Terminal, sandbox);
            _services.Terminal.Note("the sandbox is up; Ctrl-C ends it");
        }
    }

    /// <summary>The terminal may go away, so after the one line that says "ready" nothing is written to it.</summary>
    private async Task<int> InBackgroundAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        var directory = Directory.CreateDirectory(StateDirectory.Of(_services)).FullName;
        await using var log = new StreamWriter(Path.Combine(directory, LogFileName)) { AutoFlush = true };
        await ServeAsync(parsed, log, Announce, cancellationToken);
        return ExitCodes.Ok;

        void Announce(RunningSandbox sandbox)
        {
            _services.Terminal.Raw.WriteLine(sandbox.KubeconfigPath);
            _services.Terminal.Raw.Flush();
        }
    }

    private async Task ServeAsync(ParseResult parsed, TextWriter log, Action<RunningSandbox> announce, CancellationToken cancellationToken)
    {
        var directory = StateDirectory.Of(_services);
        using var loggers = LineLogger.Factory(log, _services.Time, parsed.GetValue(_verbose));
        var options = new SandboxOptions
        {
            StateDirectory = directory,
            Port = parsed.GetValue(_port),
            Tls = parsed.GetValue(_tls),
            Gateway = new GatewayOptions { Port = parsed.GetValue(_gatewayPort) },
            Images = Images(parsed.GetValue(_images) ?? []),
            TimeProvider = _services.Time,
            Random = _services.NewRandom(),
            LoggerFactory = loggers,
        };
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions
            {
                Sandbox = options,
                Controller = new ControllerHostOptions
                {
                    PrometheusAddress = _services.Variable(PrometheusProvider.AddressVariable),
                    Metrics = _metrics.Read(parsed),
                    MetricsAreOptional = !_metrics.WereGiven(parsed),
                },
            },
            cancellationToken);
        var sandbox = cluster.Sandbox;
        try
        {
            announce(RunningSandbox.Record(directory, sandbox.ApiAddress, sandbox.KubeconfigPath, sandbox.GatewayAddress!, sandbox.GatewayMetricsAddress!));
            await cluster.Controller.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            RunningSandbox.Forget(directory);
        }
    }

    /// <summary>The sample application is built in; whoever has another one under that name says so.</summary>
    private static FrozenDictionary<string, ImmutableArray<string>> Images(IEnumerable<string> mappings)
    {
        var images = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal) { ["goprom"] = SelfCommand.With("goprom") };
        foreach (var mapping in mappings)
        {
            if (ImageCommand.TryParse(mapping, out var image))
                images[image.Name] = image.Command;
        }

        return images.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>This command line without <c>--detach</c>, for the process in the background.</summary>
    private List<string> Again(ParseResult parsed)
    {
        List<string> arguments = ["up", BackgroundName, "--port", parsed.GetValue(_port).ToString(CultureInfo.InvariantCulture)];
        if (parsed.GetValue(_gatewayPort) is { } gatewayPort)
            arguments.AddRange(["--gateway-port", gatewayPort.ToString(CultureInfo.InvariantCulture)]);
        if (!parsed.GetValue(_tls))
            arguments.Add("--tls=false");
        arguments.AddRange(_metrics.Again(parsed));
        if (parsed.GetValue(_verbose))
            arguments.Add("--verbose");
        foreach (var image in parsed.GetValue(_images) ?? [])
            arguments.AddRange(["--image", image]);
        return arguments;
    }
}
