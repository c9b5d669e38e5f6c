using System.CommandLine;
using System.Globalization;
using System.Net;
using Bascule.Controller.Hosting;

namespace Bascule.Cli.Commands;

/// <summary>Where a controller serves its own metrics: the options of a verb that runs one (CTL-06).</summary>
internal sealed class MetricsOptions
{
    private readonly Option<int> _port = new("--metricsPort", "--metricsport")
    {
        Description = "Port of the controller's own metrics, /metrics; 0 serves none",
        HelpName = "port",
        DefaultValueFactory = _ => ControllerHostOptions.DefaultMetrics.Port,
    };

    private readonly Option<string> _host = new("--metrics-host")
    {
        Description = "Address to serve them on; 0.0.0.0 lets the Prometheus of a cluster in",
        HelpName = "address",
        DefaultValueFactory = _ => ControllerHostOptions.DefaultMetrics.Address.ToString(),
    };

    /// <summary>Adds the options to a verb.</summary>
    public MetricsOptions(Command verb)
    {
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort)
                result.AddError($"--metricsPort: found {result.GetValueOrDefault<int>()}, expected 0 to {IPEndPoint.MaxPort}");
        });
        _host.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError($"--metrics-host: found '{result.GetValueOrDefault<string>()}', expected an IP address of this machine, such as 127.0.0.1 or 0.0.0.0");
        });
        verb.Add(_port);
        verb.Add(_host);
    }

    /// <summary>Where to serve; null for nowhere.</summary>
    public IPEndPoint? Read(ParseResult parsed) =>
        parsed.GetValue(_port) is > 0 and var port ? new(IPAddress.Parse(parsed.GetRequiredValue(_host)), port) : null;

    /// <summary>True when the address was chosen, not left to the default: then it must be had.</summary>
    public bool WereGiven(ParseResult parsed) => parsed.GetResult(_port) is { Implicit: false } || parsed.GetResult(_host) is { Implicit: false };

    /// <summary>The options as given, for another process of this program.</summary>
    public IEnumerable<string> Again(ParseResult parsed) => WereGiven(parsed)
        ? ["--metricsPort", parsed.GetValue(_port).ToString(CultureInfo.InvariantCulture), "--metrics-host", parsed.GetRequiredValue(_host)]
        : [];
}
