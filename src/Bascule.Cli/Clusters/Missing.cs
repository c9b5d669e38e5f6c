using Bascule.Controller;
using Bascule.Kube;

namespace Bascule.Cli.Clusters;

/// <summary>Says what there is when a Rollout is not there.</summary>
internal static class Missing
{
    /// <summary>How many names fit into a message.</summary>
    private const int MostNames = 10;

    /// <summary>The error for a Rollout that does not exist.</summary>
    public static async Task<CliException> RolloutAsync(ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        IReadOnlyList<KubeObject> others;
        try
        {
            others = (await cluster.Client.ListAsync(ArgoResources.Rollouts, null, ListOptions.All, cancellationToken)).Items;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return new CliException(
                $"the cluster does not know rollouts ({cluster.Origin})",
                "install the custom resources: bascule crds | kubectl apply --server-side -f -");
        }

        var here = others.Where(r => r.Namespace == key.Namespace).Select(r => r.Name).Order(StringComparer.Ordinal).ToList();
        if (here.Count > 0)
        {
            var more = here.Count > MostNames ? $" and {here.Count - MostNames} more" : "";
            return new CliException($"rollout \"{key.Name}\" not found in namespace \"{key.Namespace}\"; it has: {string.Join(", ", here.Take(MostNames))}{more}");
        }

        var elsewhere = others.Where(r => r.Name == key.Name).Select(r => r.Namespace).ToList();
        return elsewhere.Count > 0
            ? new CliException($"rollout \"{key.Name}\" not found in namespace \"{key.Namespace}\"", $"there is one in: {string.Join(", ", elsewhere)}; add --namespace {elsewhere[0]}")
            : new CliException($"rollout \"{key.Name}\" not found: namespace \"{key.Namespace}\" has no rollouts", "see all with: bascule list rollouts --all-namespaces");
    }
}
