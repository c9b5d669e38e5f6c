using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Events;

/// <summary>
/// Writes events to the cluster in the background: equal ones are counted, floods are thinned out. Recording never waits;
/// when the cluster is too slow to take them, the newest events are dropped and counted.
/// </summary>
public sealed partial class EventRecorder : IEventSink, IAsyncDisposable
{
    private const int LongestQueue = 1000;

    /// <summary>How often an event is sent before it is given up: nothing may depend on events.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    private readonly IKubeClient _client;
    private readonly EventCorrelator _correlator;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<(KubeEvent Value, DateTimeOffset At)> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _dropped;

    /// <summary>Makes a recorder and starts its loop.</summary>
    /// <param name="client">Where events go.</param>
    /// <param name="component">The <c>source.component</c>, such as <c>rollouts-controller</c>.</param>
    /// <param name="time">Stamps events.</param>
    /// <param name="random">Makes names; read once, here.</param>
    /// <param name="logger">Told what could not be written.</param>
    public EventRecorder(IKubeClient client, string component, TimeProvider time, Random random, ILogger<EventRecorder> logger)
    {
        _client = client;
        _correlator = new EventCorrelator(component, new Random(random.Next()));
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<(KubeEvent, DateTimeOffset)>(
            new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Events that were not written because the queue was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void Record(KubeEvent value) => _queue.Writer.TryWrite((value, _time.GetUtcNow()));

    /// <summary>Writes what is queued, for at most a few seconds, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
            return;
        try
        {
            await _loop.WaitAsync(Drain, _time);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync();
            await _loop;
        }

        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (value, at) in _queue.Reader.ReadAllAsync(cancellationToken))
                await WriteAsync(value, at, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.Abandoned(_logger, _queue.Reader.Count);
        }
    }

    private async Task WriteAsync(KubeEvent value, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (_correlator.Correlate(value, at) is not { } write)
            return;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await SendAsync(write, cancellationToken);
                return;
            }
            catch (KubeException exception) when (exception.IsNotFound && write is EventWrite.Count)
            {
                // The event we counted up has expired in the cluster: tell it afresh.
                write = _correlator.Restart(value, at);
            }
            catch (KubeException exception) when (tries < MostTries && (exception.IsUnreachable || (int)exception.Code >= 500 || (int)exception.Code == 429))
            {
                await Task.Delay(exception.RetryAfter ?? RetryAfter, _time, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.NotWritten(_logger, value.Reason, value.About.Type, value.About.Key, value.Message, exception.Message);
                return;
            }
        }
    }

    private async Task SendAsync(EventWrite write, CancellationToken cancellationToken)
    {
        switch (write)
        {
            case EventWrite.Create create:
                try
                {
                    await _client.CreateAsync(ResourceTypes.Events, create.Key.Namespace, create.Body, cancellationToken);
                }
                catch (KubeException exception) when (exception.IsAlreadyExists)
                {
                    // An earlier try arrived although its answer did not.
                }

                break;
            case EventWrite.Count count:
                await _client.PatchAsync(ResourceTypes.Events, count.Key, Patch.Merge(count.Body), null, cancellationToken);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "event {Reason} about {Type} {Key} not written ({Message}): {Error}")]
        public static partial void NotWritten(ILogger logger, string reason, ResourceType type, ObjectKey key, string message, string error);

        [LoggerMessage(1201, LogLevel.Warning, "{Count} events were still to be written when the program ended")]
        public static partial void Abandoned(ILogger logger, int count);
    }
}
