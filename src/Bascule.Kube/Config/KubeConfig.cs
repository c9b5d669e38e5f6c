using System.Net;

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
    public static KubeConnection Load(string? path, string? context, KubeEnvironment environment)
    {
        var files = FilesToRead(path, environment);
        if (files.Count > 0)
            return KubeConfigFiles.Read(files).Connect(context);
        if (context is null && InCluster(environment) is { } pod)
            return pod;
        throw new KubeConfigException(
            $"there is no cluster to talk to: found no kubeconfig at {HomeConfig(environment) ?? "~/.kube/config"} and KUBECONFIG is not set. " +
            "Start a sandbox with \"bascule up\", or set KUBECONFIG to the file of a cluster.");
    }

    private static List<string> FilesToRead(string? path, KubeEnvironment environment)
    {
        if (path is not null)
            return File.Exists(path) ? [path] : throw new KubeConfigException($"the kubeconfig {path} does not exist");
        if (environment.Variable("KUBECONFIG") is { Length: > 0 } variable)
        {
            // As kubectl does, files of the list that do not exist are passed over, as long as one does.
            var named = variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var present = named.Where(File.Exists).ToList();
            return present.Count > 0 ? present : throw new KubeConfigException($"KUBECONFIG is {variable}, but no such file exists. Correct it, or unset it to use ~/.kube/config.");
        }

        return HomeConfig(environment) is { } home && File.Exists(home) ? [home] : [];
    }

    private static string? HomeConfig(KubeEnvironment environment) =>
        (environment.Variable("HOME") ?? environment.Variable("USERPROFILE")) is { Length: > 0 } home ? Path.Combine(home, ".kube", "config") : null;

    private static KubeConnection? InCluster(KubeEnvironment environment)
    {
        if (environment.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host || environment.Variable("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port)
            return null;
        var token = Path.Combine(environment.ServiceAccountFolder, "token");
        if (!File.Exists(token))
            return null;
        var authority = Path.Combine(environment.ServiceAccountFolder, "ca.crt");
        var @namespace = Path.Combine(environment.ServiceAccountFolder, "namespace");
        var bracketed = IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]" : host;
        return new KubeConnection
        {
            Server = new Uri($"https://{bracketed}:{port}"),
            Credential = new KubeCredential.TokenFile(token),
            Authorities = File.Exists(authority) ? Certificates.Authorities(File.ReadAllText(authority), authority) : null,
            Namespace = File.Exists(@namespace) ? File.ReadAllText(@namespace).Trim() : "default",
            Origin = "the service account of this pod",
        };
    }
}
