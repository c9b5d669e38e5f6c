namespace Bascule.Cli.Clusters;

/// <summary>Which cluster and namespace a command line asks for.</summary>
/// <param name="Context">A context of the kubeconfig; null for the current one.</param>
/// <param name="Namespace">A namespace; null for the context's.</param>
internal sealed record ClusterSelection(string? Context, string? Namespace);
