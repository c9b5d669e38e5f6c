using System.CommandLine;
using System.Globalization;
using Bascule.Cli.Clusters;
using Bascule.Cli.Output;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Lab;
using Bascule.Metrics.Jobs;
using Bascule.Metrics.Prometheus;
using Bascule.Traffic.Objects;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule controller</c>.</summary>
internal sealed class ControllerCommand : Verb
{
    private readonly Option<string?> _context = new("--context") { Description = "Context of the kubeconfig to use", HelpName = "name" };
    private readonly Option<string?> _namespace = new("--namespace", "-n") { Description = "Only namespace to look at; default: all", HelpName = "name" };
    private readonly Option<string?> _instance = new("--instance-id") { Description = "Look only at objects labelled with this instance", HelpName = "id" };
    private readonly Option<bool> _elect = new("--leader-elect") { Description = "Compete with other controllers for a lease, and act only as its holder" };
    private readonly MetricsOptions _metrics;
    private readonly AwsOptions _aws;
    private readonly RoutingOptions _routing;
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Log also what was looked at and found in order" };

    public ControllerCommand(CliServices services)
        : base(
            "controller",
            "Run the controller against KUBECONFIG, or in the cluster whose pod this is",
            "bascule controller",
            "bascule controller --leader-elect --namespace shop",
            "bascule controller --metrics-host 0.0.0.0 --metricsPort 8090",
            "AWS_REGION=eu-central-1 bascule controller --aws-verify-target-group",
            "bascule controller --istio-api-version v1")
    {
        Add(_context);
        Add(_namespace);
        Add(_instance);
        Add(_elect);
        _metrics = new MetricsOptions(this);
        _aws = new AwsOptions(this);
        _routing = new RoutingOptions(this);
        Add(_verbose);
        SetAction((parsed, cancellationToken) => RunAsync(parsed, services, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult parsed, CliServices services, CancellationToken cancellationToken)
    {
        using var aws = _aws.Open(parsed, services);
        using var cluster = services.Connect(new ClusterSelection(parsed.GetValue(_context), null));
        using var loggers = LineLogger.Factory(services.Terminal.ErrorWriter, services.Time, parsed.GetValue(_verbose));
        using var jobs = JobCluster(services);
        var random = services.NewRandom();
        var options = new ControllerHostOptions
        {
            Namespace = parsed.GetValue(_namespace),
            InstanceId = parsed.GetValue(_instance),
            LeaderIdentity = parsed.GetValue(_elect) ? Identity(random) : null,
            PrometheusAddress = services.Variable(PrometheusProvider.AddressVariable),
            JobNamespace = services.Variable(JobProviderOptions.NamespaceVariable) is { Length: > 0 } jobNamespace ? jobNamespace : null,
            JobCluster = jobs?.Client,
            Routing = new RoutingCatalog(_routing.Read(parsed)),
            Aws = _aws.Checks(parsed, aws),
            Metrics = _metrics.Read(parsed),
            MetricsAreOptional = !_metrics.WereGiven(parsed),
            LeaseNamespace = services.Variable("POD_NAMESPACE") ?? cluster.Namespace,
        };
        await using var host = new ControllerHost(cluster.Client, options, services.Time, random, loggers);
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            throw new CliException(
                $"the cluster does not know our custom resources ({cluster.Origin})", "install them: bascule crds | kubectl apply --server-side -f -");
        }

        await host.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellationToken.IsCancellationRequested)
            return ExitCodes.Ok;
        await host.Completion;
        return ExitCodes.Ok;
    }

    /// <summary>The cluster for the Jobs of metrics, when it is not that of the runs.</summary>
    private static ClusterConnection? JobCluster(CliServices services) => services.Variable(JobProviderOptions.KubeconfigVariable) switch
    {
        null or "" => null,
        "in-cluster" => ClusterConnector.InCluster(services),
        var path => ClusterConnector.ToFile(path, services),
    };

    private static string Identity(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}_{random.NextInt64():x16}");
}
