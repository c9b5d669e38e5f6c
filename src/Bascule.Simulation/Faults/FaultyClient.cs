using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Simulation.Server;

namespace Bascule.Simulation.Faults;

/// <summary>
/// The API as a controller in trouble sees it: calls fail before or after they took effect, and the process may die
/// right after a write.
/// </summary>
/// <param name="inner">The API itself.</param>
/// <param name="faults">Asked at each call.</param>
/// <param name="afterWrite">Told of each write that took effect, before the controller hears of it.</param>
public sealed class FaultyClient(SimulatedServer inner, IFaults faults, Action afterWrite) : IKubeClient
{
    /// <summary>True from a crash until the simulation has replaced the controller: a dead process writes nothing.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Writes that took effect.</summary>
    public long Writes { get; private set; }

    /// <summary>What goes wrong.</summary>
    internal IFaults Faults => faults;

    /// <summary>The process ends.</summary>
    public void Kill() => IsDead = true;

    /// <summary>Counts a write that went another way than through this client.</summary>
    internal void CountWrite() => Writes++;

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        FailureBefore(faults.OfRead()) is { } failure ? Task.FromException<KubeObject>(failure) : inner.GetAsync(type, key, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        FailureBefore(faults.OfRead()) is { } failure ? Task.FromException<KubeList>(failure) : inner.ListAsync(type, @namespace, options, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        Write(() => inner.CreateAsync(type, @namespace, body, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        Write(() => inner.UpdateAsync(type, key, body, subresource, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        Write(() => inner.PatchAsync(type, key, patch, subresource, cancellationToken));

    /// <inheritdoc/>
    public async Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) =>
        await Write(async () =>
        {
            await inner.DeleteAsync(type, key, options, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public async Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) =>
        await Write(async () =>
        {
            await inner.EvictAsync(pod, uid, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        inner.WatchAsync(type, @namespace, options, cancellationToken);

    private Task<T> Write<T>(Func<Task<T>> write)
    {
        var fault = IsDead ? CallFault.CrashBefore : faults.OfWrite();
        if (FailureBefore(fault) is { } failure)
            return Task.FromException<T>(failure);
        var version = inner.Version;
        var written = write();
        if (!written.IsCompletedSuccessfully)
            return written;

        // A write that changes nothing is one all the same: at the fixpoint there must be none.
        Writes++;
        if (inner.Version != version)
            afterWrite();
        return FailureAfter(fault) is { } late ? Task.FromException<T>(late) : written;
    }

    private Exception? FailureBefore(CallFault fault)
    {
        if (fault == CallFault.CrashBefore)
            IsDead = true;
        if (IsDead)
            return new SimulatedCrashException();
        return fault switch
        {
            CallFault.Conflict => new KubeException(HttpStatusCode.Conflict, "Conflict", "simulated: the object has been modified"),
            CallFault.ServerError => new KubeException(HttpStatusCode.InternalServerError, "InternalError", "simulated: nothing was done"),
            CallFault.Timeout => new KubeException(HttpStatusCode.GatewayTimeout, "Timeout", "simulated: nothing was done in time"),
            _ => null,
        };
    }

    private Exception? FailureAfter(CallFault fault)
    {
        if (fault == CallFault.Crash)
            IsDead = true;
        return fault switch
        {
            CallFault.Crash => new SimulatedCrashException(),
            CallFault.LostResponse => new KubeException(HttpStatusCode.GatewayTimeout, "Timeout", "simulated: done, but the answer was lost"),
            _ => null,
        };
    }
}
