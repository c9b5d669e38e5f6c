using System.Net;
using Bascule.Controller.Telemetry;
using Bascule.Kube;
using Bascule.Kube.Config;
using Bascule.Lab;
using Bascule.Sandbox;

namespace Bascule.Cli;

/// <summary>Turns what other rooms throw into what a user can understand and act upon.</summary>
internal static class Failure
{
    /// <summary>The failure to show; null for a bug, which shall be seen whole.</summary>
    public static CliException? Of(Exception e) => e switch
    {
        CliException own => own,
        KubeException refused => Refused(refused),
        AddressTakenException => new CliException($"the controller's metrics: {e.Message}", "choose another address with --metricsPort and --metrics-host, or none with --metricsPort 0"),
        KubeConfigException or SandboxException or LabException => new CliException(e.Message),
        UnauthorizedAccessException => new CliException(e.Message, "check the permissions of that file or directory"),
        _ => null,
    };

    private static CliException Refused(KubeException e) => e.Code switch
    {
        HttpStatusCode.Unauthorized => new CliException($"the API server does not accept these credentials: {e.Message}", "renew them in the kubeconfig"),
        HttpStatusCode.Forbidden => new CliException($"not allowed: {e.Message}", "ask for the right, or use another --context"),
        _ => new CliException(e.Message),
    };
}
