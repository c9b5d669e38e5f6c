namespace Bascule.Kube.Config;

/// <summary>What of the surrounding system decides which cluster is meant.</summary>
public sealed record KubeEnvironment
{
    /// <summary>The real process's.</summary>
    public static KubeEnvironment Process { get; } = new() { Variable = Environment.GetEnvironmentVariable };

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where a pod finds its service account.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";
}
