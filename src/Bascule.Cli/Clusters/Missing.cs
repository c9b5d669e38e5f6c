using Bascule.Controller;
using Bascule.Kube;

namespace Bascule.Cli.Clusters;

/// <summary>Says what there is when an object of ours is not there.</summary>
internal static class Missing
{
    /// <summary>How many names fit into a message.</summary>
    private const int MostNames = 10;

    /// <summary>The error for a Rollout that does not exist.</summary>
    public static Task<CliException> RolloutAsync(ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken) =>
        OfAsync(cluster, ArgoResources.Rollouts, key, cancellationToken);

    /// <summary>The error for an object of one of our kinds that does not exist.</summary>
    public static async Task<CliException> OfAsync(ClusterConnection cluster, ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        var listing = type == ArgoResources.Rollouts ? "bascule list rollouts" : $"kubectl get {type}";
        var noun = type.Kind.ToLowerInvariant();
        IReadOnlyList<KubeObject> others;
        try
        {
            others = (await cluster.Client.ListAsync(type, null, ListOptions.All, cancellationToken)).Items;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return new CliException(
                $"the cluster does not know {type.Plural} ({cluster.Origin})",
                "install the custom resources: bascule crds | kubectl apply --server-side -f -");
        }

        var here = others.Where(r => r.Namespace == key.Namespace).Select(r => r.Name).Order(StringComparer.Ordinal).ToList();
        if (here.Count > 0)
        {
            var more = here.Count > MostNames ? $" and {here.Count - MostNames} more" : "";
            return new CliException($"{noun} \"{key.Name}\" not found in namespace \"{key.Namespace}\"; it has: {string.Join(", ", here.Take(MostNames))}{more}");
        }

        var elsewhere = others.Where(r => r.Name == key.Name).Select(r => r.Namespace).ToList();
        return elsewhere.Count > 0
            ? new CliException($"{noun} \"{key.Name}\" not found in namespace \"{key.Namespace}\"", $"there is one in: {string.Join(", ", elsewhere)}; add --namespace {elsewhere[0]}")
            : new CliException($"{noun} \"{key.Name}\" not found: namespace \"{key.Namespace}\" has no {type.Plural}", $"see all with: {listing} --all-namespaces");
    }
}
