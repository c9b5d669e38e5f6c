namespace Bascule.Kube.Config;

/// <summary>Finds the API server to use, the way kubectl does.</summary>
public static class KubeConfig
{
    /// <summary>
    /// Reads the connection: <paramref name="path"/> if given, else the files of <c>KUBECONFIG</c> merged, else
    /// <c>~/.kube/config</c>, else the service account of the pod this runs in.
    /// </summary>
    /// <param name="path">A kubeconfig; null to look for one.</param>
    /// <param name="context">The context to use; null for the current one.</param>
    /// <param name="environment">Variables and well-known places.</param>
    /// <exception cref="KubeConfigException">There is none, it does not parse, or it lacks what is asked for.</exception>
    public static KubeConnection Load(string? path, string? context, KubeEnvironment environment) => throw new NotImplementedException();
}
