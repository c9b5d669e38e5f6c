using Bascule.Cli.Sandboxes;
using Bascule.Kube.Config;
using Bascule.Kube.Http;

namespace Bascule.Cli.Clusters;

/// <summary>Finds the cluster that a command means: the kubeconfig's, or the running sandbox when none is configured.</summary>
internal static class ClusterConnector
{
    /// <summary>Prepares a connection; nothing is sent yet.</summary>
    /// <exception cref="KubeConfigException">There is no usable configuration; the message says what to do.</exception>
    public static ClusterConnection Connect(ClusterSelection selection, CliServices services)
    {
        var sandbox = string.IsNullOrEmpty(services.Variable("KUBECONFIG")) && selection.Context is null ? RunningSandbox.Find(services) : null;
        return Open(sandbox?.KubeconfigPath, selection, services);
    }

    /// <summary>Prepares a connection to the running sandbox.</summary>
    public static ClusterConnection ToSandbox(RunningSandbox sandbox, CliServices services) =>
        Open(sandbox.KubeconfigPath, new ClusterSelection(null, null), services);

    private static ClusterConnection Open(string? path, ClusterSelection selection, CliServices services)
    {
        var connection = KubeConfig.Load(path, selection.Context, new KubeEnvironment { Variable = services.Variable });
        return new ClusterConnection(
            new HttpKubeClient(connection, services.Time, services.NewRandom()), selection.Namespace ?? connection.Namespace, connection.ToString());
    }
}
