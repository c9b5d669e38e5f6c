using System.Net;
using System.Net.Sockets;
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
        KubeConfigException => new CliException(e.Message, "or start a cluster of this machine: bascule up --detach"),
        SandboxException or LabException => new CliException(e.Message),
        HttpRequestException => new CliException($"the API server does not answer: {Innermost(e).Message}", "check that the cluster runs and that KUBECONFIG names it; a sandbox starts with: bascule up --detach"),
        UnauthorizedAccessException => new CliException(e.Message, "check the permissions of that file or directory"),
        _ => null,
    };

    private static CliException Refused(KubeException e) => e.Code switch
    {
        HttpStatusCode.Unauthorized => new CliException($"the API server does not accept these credentials: {e.Message}", "renew them in the kubeconfig"),
        HttpStatusCode.Forbidden => new CliException($"not allowed: {e.Message}", "ask for the right, or use another --context"),
        _ => new CliException(e.Message),
    };

    private static Exception Innermost(Exception e) => e is not SocketException && e.InnerException is { } inner ? Innermost(inner) : e;
}
