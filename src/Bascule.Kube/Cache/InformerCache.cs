using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Cache;

/// <summary>The cluster as controllers see it: one informer per type, kept current by list and watch.</summary>
/// <remarks>Reading is thread-safe. Types and handlers are added by one thread, before <see cref="Start"/>.</remarks>
/// <param name="client">Where objects come from.</param>
/// <param name="time">Drives back-off and timeouts.</param>
/// <param name="random">Seeds jitter; read once per type.</param>
/// <param name="logger">Told of broken watches.</param>
public sealed class InformerCache(IKubeClient client, TimeProvider time, Random random, ILogger<InformerCache> logger) : IVersionedCache, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Few enough that a walk comparing references beats hashing a type's four strings.</summary>
    private readonly List<Informer> _informers = [];
    private Task[] _loops = [];
    private bool _started;
    private int _disposed;

    /// <summary>True when every type has been listed once and the handlers know of it.</summary>
    public bool HasSynced => _informers.TrueForAll(i => i.Synced.IsCompletedSuccessfully);

    /// <summary>Keeps a type. Call before <see cref="Start"/>.</summary>
    /// <param name="type">The type; once only.</param>
    /// <param name="options">Which objects of it.</param>
    public void Add(ResourceType type, InformerOptions options)
    {
        MustNotRun();
        if (Find(type) is not null)
            throw new InvalidOperationException($"{type} was added to the cache twice");
        _informers.Add(new Informer(client, type, options, time, random, logger));
    }

    /// <summary>
    /// Calls <paramref name="handler"/> for each change of the type after it is in the cache, one at a time, on the
    /// informer's loop: it must only note what to do (add a key to a queue). Call before <see cref="Start"/>.
    /// </summary>
    public void OnChange(ResourceType type, Action<ObjectChange> handler)
    {
        MustNotRun();
        Of(type).OnChange(handler);
    }

    /// <summary>Begins to list and watch; starting twice is harmless.</summary>
    public void Start()
    {
        if (_started)
            return;
        _started = true;
        _loops = [.. _informers.Select(i => i.RunAsync(_stop.Token))];
    }

    /// <summary>Completes when <see cref="HasSynced"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the cache was disposed.</exception>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Select(i => i.Synced)).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public bool Holds(ResourceType type) => Find(type) is not null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The type was never added: an empty answer would be a lie.</exception>
    public KubeObject? Get(ResourceType type, ObjectKey key) => Of(type).Index.Get(key);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The type was never added.</exception>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => Of(type).Index.List(@namespace);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The type was never added.</exception>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => Of(type).Index.OwnedBy(controllerUid);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The type was never added.</exception>
    public IReadOnlyList<KubeObject> Uncontrolled(ResourceType type, string? @namespace) => Of(type).Index.Uncontrolled(@namespace);

    /// <inheritdoc/>
    public string? ResourceVersionSeen(ResourceType type) => Find(type)?.Index.ResourceVersion;

    /// <summary>True of a type that is kept, unless the server said when it was asked last that it does not know it: then what is kept is old.</summary>
    public bool IsServed(ResourceType type) => Find(type) is { IsServed: true };

    /// <summary>Ends the watches and waits for their loops; doing it twice is harmless.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private void MustNotRun()
    {
        if (_started)
            throw new InvalidOperationException("the cache runs already: add types and handlers before Start");
    }

    private Informer Of(ResourceType type) =>
        Find(type) ?? throw new InvalidOperationException($"{type} is not in the cache: add it before Start");

    private Informer? Find(ResourceType type)
    {
        foreach (var informer in _informers)
        {
            if (ReferenceEquals(informer.Type, type))
                return informer;
        }

        foreach (var informer in _informers)
        {
            if (informer.Type == type)
                return informer;
        }

        return null;
    }
}
