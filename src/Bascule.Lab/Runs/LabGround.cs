using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Prometheus;

namespace Bascule.Lab.Runs;

/// <summary>What a lab stands on: a cluster, and a Prometheus unless one is given.</summary>
/// <param name="options">What to try.</param>
/// <param name="objects">Everything the lab may apply; only types and names matter here.</param>
/// <param name="time">The clock.</param>
internal sealed class LabGround(LabOptions options, ImmutableArray<ManifestObject> objects, TimeProvider time)
{
    private static readonly TimeSpan CleanUpBound = TimeSpan.FromSeconds(20);

    /// <summary>Runs a lab. Whatever the end, everything that was started is ended and what was applied to a lent cluster is deleted.</summary>
    /// <exception cref="LabException">Something it needs is missing, or what it would apply is there already.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<LabCluster>> openCluster,
        Func<LabCluster, PrometheusProcess?, CancellationToken, Task<T>> body,
        CancellationToken cancellationToken)
    {
        var (cluster, prometheus) = await OpenAsync(openCluster, cancellationToken);
        await using (cluster)
        await using (prometheus)
        {
            if (!cluster.IsOurs)
                await RefuseForeignAsync(cluster, cancellationToken);
            try
            {
                return await body(cluster, prometheus, cancellationToken);
            }
            finally
            {
                if (!cluster.IsOurs)
                    await DeleteAsync(cluster);
            }
        }
    }

    /// <summary>Opens both at once; when one fails the other is ended.</summary>
    private async Task<(LabCluster Cluster, PrometheusProcess? Prometheus)> OpenAsync(Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken)
    {
        var measuring = options.RunsPrometheus ? StartPrometheusAsync(cancellationToken) : Task.FromResult<PrometheusProcess?>(null);
        var opening = openCluster(cancellationToken);
        try
        {
            await Task.WhenAll(measuring, opening);
            return (await opening, await measuring);
        }
        catch
        {
            if (measuring.IsCompletedSuccessfully && await measuring is { } prometheus)
                await prometheus.DisposeAsync();
            if (opening.IsCompletedSuccessfully)
                await (await opening).DisposeAsync();
            throw;
        }
    }

    private async Task<PrometheusProcess?> StartPrometheusAsync(CancellationToken cancellationToken) => await PrometheusProcess.StartAsync(
        new PrometheusOptions { Directory = options.RunDirectory, SearchPath = options.SearchPath }, time, cancellationToken);

    /// <summary>What somebody else has under our names must neither be changed nor deleted at the end.</summary>
    private async Task RefuseForeignAsync(LabCluster cluster, CancellationToken cancellationToken)
    {
        foreach (var manifest in objects)
        {
            try
            {
                await cluster.Client.GetAsync(manifest.Type, new ObjectKey(cluster.Namespace, manifest.Name), cancellationToken);
                throw new LabException($"{manifest.Type.Kind} \"{manifest.Name}\" exists in namespace \"{cluster.Namespace}\" already; delete it, or choose another namespace with --namespace");
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // Free.
            }
        }
    }

    /// <summary>Leaves a lent cluster as it was. Not cancelled with the lab: Ctrl-C must clean up too.</summary>
    private async Task DeleteAsync(LabCluster cluster)
    {
        using var bound = new CancellationTokenSource(CleanUpBound, time);
        foreach (var manifest in objects.Reverse())
        {
            try
            {
                await cluster.Client.DeleteAsync(manifest.Type, new ObjectKey(cluster.Namespace, manifest.Name), DeleteOptions.Default, bound.Token);
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // It was never applied.
            }
        }
    }
}
