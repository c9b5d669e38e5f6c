using Bascule.Kube.Queue;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Cache;

/// <summary>
/// Keeps the index of one type current: a list, then a watch from the list's version, resumed where it broke and begun
/// afresh when the server no longer remembers that far. Never gives up; failures back off.
/// </summary>
internal sealed partial class Informer
{
    /// <summary>How long a server may be silent in a streaming list before it is taken not to know the word.</summary>
    private static readonly TimeSpan StreamingListPatience = TimeSpan.FromSeconds(10);

    /// <summary>A watch is asked to end after this time or up to twice of it, so that a dead connection cannot go unnoticed.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(5);

    /// <summary>How much later than agreed a watch may end.</summary>
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(30);

    /// <summary>A watch that ends sooner than this without an event counts as a failure, lest it be asked for in a tight loop.</summary>
    private static readonly TimeSpan SuspiciouslyShort = TimeSpan.FromSeconds(1);

    private readonly IKubeClient _client;
    private readonly InformerOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly List<Action<ObjectChange>> _handlers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _canStreamLists = true;
    private volatile bool _isServed = true;
    private bool _mustList = true;
    private int _failures;

    public Informer(IKubeClient client, ResourceType type, InformerOptions options, TimeProvider time, Random random, ILogger logger)
    {
        _client = client;
        Type = type;
        Index = new ObjectIndex(type);
        _options = options;
        _time = time;
        _random = new Random(random.Next());
        _logger = logger;
    }

    public ResourceType Type { get; }

    public ObjectIndex Index { get; }

    /// <summary>Completes when the first list is in the index and the handlers know of it.</summary>
    public Task Synced => _synced.Task;

    /// <summary>False from when the server said that it does not know the type until it lists it again. Any thread may ask.</summary>
    public bool IsServed => _isServed;

    public void OnChange(Action<ObjectChange> handler) => _handlers.Add(handler);

    /// <summary>Runs until cancelled, which ends it without an exception.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_mustList)
                    await ListAsync(cancellationToken);
                await WatchAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (KubeException exception) when (exception.IsExpired)
            {
                // The server forgot the version we had. Listing answers that; only a server that keeps forgetting is a failure.
                _mustList = true;
                Log.Expired(_logger, Type, exception.Message);
                await BackOffAsync(null, cancellationToken);
            }
            catch (Exception exception)
            {
                if (exception is KubeException { IsNotFound: true })
                    (_isServed, _mustList) = (false, true);
                Log.Broken(_logger, exception is KubeException ? null : exception, Type, _failures + 1, exception.Message);
                await BackOffAsync((exception as KubeException)?.RetryAfter, cancellationToken);
            }
        }

        _synced.TrySetCanceled(cancellationToken);
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        if (_canStreamLists && await TryStreamListAsync(cancellationToken))
            return;
        var options = new ListOptions { LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector };
        var list = await _client.ListAsync(Type, _options.Namespace, options, cancellationToken);
        TakeOver(list.Items, list.ResourceVersion);
    }

    /// <summary>Lists by watching, and goes on watching on the same stream; false when the server does not offer it.</summary>
    private async Task<bool> TryStreamListAsync(CancellationToken cancellationToken)
    {
        var timeout = WatchTime();
        using var patience = new CancellationTokenSource(StreamingListPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var initial = new Dictionary<ObjectKey, KubeObject>();
        try
        {
            await foreach (var value in _client.WatchAsync(Type, _options.Namespace, Watch(null, timeout), either.Token))
            {
                if (!_mustList)
                {
                    Take(value);
                }
                else if (value.EndsInitialEvents)
                {
                    patience.CancelAfter(timeout + WatchGrace);
                    TakeOver([.. initial.Values], value.Object.ResourceVersion);
                }
                else
                {
                    patience.CancelAfter(StreamingListPatience);
                    Collect(initial, value);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Silence. Either the list never came, which is answered below, or the watch after it is overdue.
        }
        catch (KubeException exception) when (_mustList && (int)exception.Code is 400 or 422)
        {
            // The parameters were refused: an older server, or one with the feature switched off.
        }

        if (!_mustList)
            return true;
        _canStreamLists = false;
        Log.NoStreamingList(_logger, Type);
        return false;
    }

    private static void Collect(Dictionary<ObjectKey, KubeObject> initial, WatchEvent value)
    {
        if (value.Type is WatchEventType.Added or WatchEventType.Modified)
            initial[value.Object.Key] = value.Object;
        else if (value.Type == WatchEventType.Deleted)
            initial.Remove(value.Object.Key);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var timeout = WatchTime();
        using var tooLong = new CancellationTokenSource(timeout + WatchGrace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        var began = _time.GetTimestamp();
        var any = false;
        try
        {
            await foreach (var value in _client.WatchAsync(Type, _options.Namespace, Watch(Index.ResourceVersion, timeout), either.Token))
            {
                any = true;
                Take(value);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.WatchOverdue(_logger, Type, timeout + WatchGrace);
        }

        if (!any && _time.GetElapsedTime(began) < SuspiciouslyShort)
            await BackOffAsync(null, cancellationToken);
        else
            _failures = 0;
    }

    private TimeSpan WatchTime() => ShortestWatch * (1 + _random.NextDouble());

    private WatchOptions Watch(string? from, TimeSpan timeout) => new()
    {
        ResourceVersion = from,
        SendInitialEvents = from is null,
        LabelSelector = _options.LabelSelector,
        FieldSelector = _options.FieldSelector,
        Timeout = timeout,
    };

    private void Take(WatchEvent value)
    {
        _failures = 0;
        if (_options.Keep is { } keep && value.Type is WatchEventType.Added or WatchEventType.Modified && !keep(value.Object))
            value = value with { Type = WatchEventType.Deleted };
        if (Index.Apply(value) is { } change)
            Tell(change);
    }

    private void TakeOver(IReadOnlyList<KubeObject> items, string resourceVersion)
    {
        if (_options.Keep is { } keep)
            items = [.. items.Where(keep)];
        var changes = Index.Replace(items, resourceVersion);
        (_isServed, _mustList) = (true, false);
        foreach (var change in changes)
            Tell(change);
        Log.Listed(_logger, Type, items.Count, changes.Count, resourceVersion);
        _synced.TrySetResult();
    }

    private void Tell(ObjectChange change)
    {
        foreach (var handler in _handlers)
        {
            try
            {
                handler(change);
            }
            catch (Exception exception)
            {
                // One handler's bug must not keep the cache from going on for everybody else.
                Log.HandlerFailed(_logger, exception, Type, change.Key, exception.Message);
            }
        }
    }

    private async Task BackOffAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        _failures++;
        var delay = BackOff.Connection.After(_failures, _random);
        if (atLeast > delay)
            delay = atLeast.Value;
        try
        {
            await Task.Delay(delay, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop's condition ends it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Debug, "{Type}: listed {Count}, {Changed} changed, at version {Version}")]
        public static partial void Listed(ILogger logger, ResourceType type, int count, int changed, string version);

        [LoggerMessage(1101, LogLevel.Information, "{Type}: the server forgot our version, listing again: {Message}")]
        public static partial void Expired(ILogger logger, ResourceType type, string message);

        [LoggerMessage(1102, LogLevel.Warning, "{Type}: list or watch failed ({Failures} in a row): {Message}")]
        public static partial void Broken(ILogger logger, Exception? exception, ResourceType type, int failures, string message);

        [LoggerMessage(1103, LogLevel.Debug, "{Type}: the server offers no streaming list, reading pages")]
        public static partial void NoStreamingList(ILogger logger, ResourceType type);

        [LoggerMessage(1104, LogLevel.Information, "{Type}: a watch did not end within {Time}, starting another")]
        public static partial void WatchOverdue(ILogger logger, ResourceType type, TimeSpan time);

        [LoggerMessage(1105, LogLevel.Error, "{Type}: a handler failed for {Key}: {Message}")]
        public static partial void HandlerFailed(ILogger logger, Exception exception, ResourceType type, ObjectKey key, string message);
    }
}
