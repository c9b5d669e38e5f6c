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

    /// <summary>Prepares a connection to the cluster of a kubeconfig.</summary>
    public static ClusterConnection ToFile(string path, CliServices services) => Open(path, new ClusterSelection(null, null), services);

    /// <summary>Prepares a connection to the cluster whose pod this is, whatever kubeconfig there may be beside.</summary>
    public static ClusterConnection InCluster(CliServices services) =>
        Open(null, new ClusterSelection(null, null), services, name => name is "KUBECONFIG" or "HOME" or "USERPROFILE" ? null : services.Variable(name));

    private static ClusterConnection Open(string? path, ClusterSelection selection, CliServices services, Func<string, string?>? variable = null)
    {
        var connection = KubeConfig.Load(path, selection.Context, new KubeEnvironment { Variable = variable ?? services.Variable });
        return new ClusterConnection(
            new HttpKubeClient(connection, services.Time, services.NewRandom()), selection.Namespace ?? connection.Namespace, connection.ToString());
    }
}
