using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Simulation.Faults;

/// <summary>
/// The API as a controller in trouble sees it: calls fail before or after they took effect, and the process may die
/// right after a write.
/// </summary>
/// <param name="inner">The API itself.</param>
/// <param name="random">Decides when.</param>
/// <param name="plan">Asked at each call, so that faults can be switched off.</param>
/// <param name="afterWrite">Told of each write that took effect, before the controller hears of it.</param>
public sealed class FaultyClient(IKubeClient inner, Random random, Func<FaultPlan> plan, Action afterWrite) : IKubeClient
{
    /// <summary>True from a crash until the simulation has replaced the controller: a dead process writes nothing.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Writes that took effect.</summary>
    public long Writes { get; private set; }

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        FailBefore(isWrite: false);
        return inner.GetAsync(type, key, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        FailBefore(isWrite: false);
        return inner.ListAsync(type, @namespace, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        WriteAsync(() => inner.CreateAsync(type, @namespace, body, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        WriteAsync(() => inner.UpdateAsync(type, key, body, subresource, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        WriteAsync(() => inner.PatchAsync(type, key, patch, subresource, cancellationToken));

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) =>
        WriteAsync(async () =>
        {
            await inner.DeleteAsync(type, key, options, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        inner.WatchAsync(type, @namespace, options, cancellationToken);

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        FailBefore(isWrite: true);
        var written = await write();
        Writes++;
        afterWrite();
        FailAfter();
        return written;
    }

    private void FailBefore(bool isWrite)
    {
        if (IsDead)
            throw new SimulatedCrashException();
        if (isWrite && Happens(plan().Conflict))
            throw new KubeException(HttpStatusCode.Conflict, "Conflict", "simulated: the object has been modified");
        if (Happens(plan().ServerError))
            throw new KubeException(HttpStatusCode.InternalServerError, "InternalError", "simulated: nothing was done");
    }

    private void FailAfter()
    {
        if (Happens(plan().Crash))
        {
            IsDead = true;
            throw new SimulatedCrashException();
        }

        if (Happens(plan().LostResponse))
            throw new KubeException(HttpStatusCode.GatewayTimeout, "Timeout", "simulated: done, but the answer was lost");
    }

    private bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
}
