using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Leader;

/// <summary>Sees to it that one of several processes acts, by a lease in the cluster.</summary>
/// <remarks>
/// Elapsed time alone decides, never the clocks' readings: a candidate measures with its own stopwatch how long a lease
/// has not changed, so that neither a clock that jumps nor clocks that differ give leadership to two.
/// </remarks>
public sealed partial class LeaderElector : ILeadership
{
    /// <summary>How much longer than the retry period a candidate may wait, so that candidates do not walk in step.</summary>
    private const double Jitter = 0.2;

    private readonly IKubeClient _client;
    private readonly LeaderElectorOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;

    /// <summary>The lease as last seen, and when it was first seen so.</summary>
    private KubeObject? _seen;
    private long _seenAt;
    private volatile bool _leads;

    /// <summary>When the update was sent that last renewed the lease: others wait at least as long from then on.</summary>
    private long _renewedAt;

    /// <summary>Makes a candidate; nothing is sent yet.</summary>
    /// <param name="client">Where the lease is.</param>
    /// <param name="options">Which lease.</param>
    /// <param name="time">Measures.</param>
    /// <param name="random">Seeds the spread of tries.</param>
    /// <param name="logger">Told who leads.</param>
    public LeaderElector(IKubeClient client, LeaderElectorOptions options, TimeProvider time, Random random, ILogger<LeaderElector> logger)
    {
        if (options.Identity.Length == 0)
            throw new ArgumentException("the identity is empty, expected a name unique among the candidates", nameof(options));
        if (options.LeaseDuration <= options.RenewDeadline || options.RenewDeadline <= options.RetryPeriod || options.RetryPeriod <= TimeSpan.Zero)
            throw new ArgumentException($"lease duration {options.LeaseDuration}, renew deadline {options.RenewDeadline}, retry period {options.RetryPeriod}: expected each to be longer than the next", nameof(options));
        _client = client;
        _options = options;
        _time = time;
        _random = new Random(random.Next());
        _logger = logger;
    }

    /// <summary>True while this process leads.</summary>
    public bool IsLeader => _leads;

    /// <inheritdoc/>
    /// <remarks>
    /// Begun before <see cref="LeaderElectorOptions.RenewDeadline"/> and ended within
    /// <see cref="LeaderElectorOptions.LeaseDuration"/>, both since the last renewal: also in a process that was frozen and
    /// has not noticed yet.
    /// </remarks>
    public TimeSpan? TimeToWrite =>
        _leads && SinceRenewal is var elapsed && elapsed < _options.RenewDeadline ? _options.LeaseDuration - elapsed : null;

    private TimeSpan SinceRenewal => _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>
    /// Waits to become leader, then runs <paramref name="lead"/>, whose token is cancelled when leadership is lost or
    /// <paramref name="cancellationToken"/> is. Returns when the lead has ended and the lease is released.
    /// </summary>
    /// <param name="lead">What only a leader may do; it must end soon after its token is cancelled.</param>
    /// <param name="cancellationToken">Ends the candidacy, without an exception.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        if (!await AcquireAsync(cancellationToken))
            return;
        _leads = true;
        Log.Leads(_logger, _options.Identity, _options.Lease);
        using var lost = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(lost, ended.Token);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost.Token);
            await lead(either.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            // The lead ended as it was told to.
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
            _leads = false;
            if (!lost.IsCancellationRequested)
                await ReleaseAsync();
        }
    }

    /// <summary>False when cancelled before the lease was ours.</summary>
    private async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await TryTakeAsync(cancellationToken))
                    return true;
                await Task.Delay(_options.RetryPeriod * (1 + Jitter * _random.NextDouble()), _time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return false;
    }

    private async Task RenewAsync(CancellationTokenSource lost, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.RetryPeriod, _time, cancellationToken);
                var left = _options.RenewDeadline - SinceRenewal;
                if (left > TimeSpan.Zero && await TryTakeWithinAsync(left, cancellationToken))
                    continue;
                if (SinceRenewal >= _options.RenewDeadline || HolderOf(_seen) != _options.Identity)
                    break;
            }

            Log.Lost(_logger, _options.Identity, _options.Lease, HolderOf(_seen) is { Length: > 0 } holder ? holder : "nobody");
            _leads = false;
            await lost.CancelAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lead is over; the lease is released by who cancelled.
        }
    }

    /// <summary>An answer that comes after the deadline must not keep a leader in office.</summary>
    private async Task<bool> TryTakeWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(time, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await TryTakeAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Takes the lease if it is free, ours or run out; false when another holds it or the server does not answer.</summary>
    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            Note(await _client.GetAsync(ResourceTypes.Leases, _options.Lease, cancellationToken));
            var holder = HolderOf(_seen);
            if (holder.Length > 0 && holder != _options.Identity && _time.GetElapsedTime(_seenAt) < _options.LeaseDuration)
                return false;

            // The resourceVersion in the body lets only one of several candidates win.
            var body = _seen!.ToNode();
            body["spec"] = Spec(body["spec"] as JsonObject ?? [], _options.Identity);
            var sentAt = _time.GetTimestamp();
            Note(await _client.UpdateAsync(ResourceTypes.Leases, _options.Lease, body, null, cancellationToken));
            Volatile.Write(ref _renewedAt, sentAt);
            return true;
        }
        catch (KubeException exception) when (exception.IsNotFound)
        {
            return await TryCreateAsync(cancellationToken);
        }
        catch (KubeException exception) when (exception.IsConflict)
        {
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.NoAnswer(_logger, _options.Lease, exception.Message);
            return false;
        }
    }

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = ResourceTypes.Leases.ApiVersion,
            ["kind"] = ResourceTypes.Leases.Kind,
            ["metadata"] = new JsonObject { ["name"] = _options.Lease.Name, ["namespace"] = _options.Lease.Namespace },
            ["spec"] = Spec([], _options.Identity),
        };
        var sentAt = _time.GetTimestamp();
        try
        {
            Note(await _client.CreateAsync(ResourceTypes.Leases, _options.Lease.Namespace, body, cancellationToken));
            Volatile.Write(ref _renewedAt, sentAt);
            return true;
        }
        catch (KubeException exception)
        {
            if (!exception.IsAlreadyExists)
                Log.NoAnswer(_logger, _options.Lease, exception.Message);
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        if (_seen is not { } mine || HolderOf(mine) != _options.Identity)
            return;
        var body = mine.ToNode();
        body["spec"] = Spec(body["spec"] as JsonObject ?? [], "");
        try
        {
            // No token: whoever stops this process wants the next one to take over at once, and a deadline bounds it.
            using var patience = new CancellationTokenSource(_options.RetryPeriod, _time);
            await _client.UpdateAsync(ResourceTypes.Leases, _options.Lease, body, null, patience.Token);
            Log.Released(_logger, _options.Identity, _options.Lease);
        }
        catch (Exception exception) when (exception is KubeException or OperationCanceledException)
        {
            Log.NotReleased(_logger, _options.Lease, _options.LeaseDuration, exception.Message);
        }
    }

    private void Note(KubeObject lease)
    {
        if (_seen?.ResourceVersion == lease.ResourceVersion && _seen.Uid == lease.Uid)
            return;
        _seen = lease;
        _seenAt = _time.GetTimestamp();
    }

    private JsonObject Spec(JsonObject old, string holder)
    {
        var spec = (JsonObject)old.DeepClone();
        var now = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var before = old["holderIdentity"]?.GetValueKind() == JsonValueKind.String ? old["holderIdentity"]!.GetValue<string>() : "";
        if (before != holder)
        {
            spec["acquireTime"] = now;
            if (holder.Length > 0)
                spec["leaseTransitions"] = (old["leaseTransitions"]?.GetValueKind() == JsonValueKind.Number ? old["leaseTransitions"]!.GetValue<int>() : -1) + 1;
        }

        spec["holderIdentity"] = holder;
        spec["leaseDurationSeconds"] = holder.Length > 0 ? (int)Math.Ceiling(_options.LeaseDuration.TotalSeconds) : 1;
        spec["renewTime"] = now;
        return spec;
    }

    private static string HolderOf(KubeObject? lease) =>
        lease is not null && lease.Root.TryGetProperty("spec", out var spec) && spec.ValueKind == JsonValueKind.Object
        && spec.TryGetProperty("holderIdentity", out var holder) && holder.ValueKind == JsonValueKind.String
            ? holder.GetString()!
            : "";

    private static partial class Log
    {
        [LoggerMessage(1300, LogLevel.Information, "{Identity} leads: it holds lease {Lease}")]
        public static partial void Leads(ILogger logger, string identity, ObjectKey lease);

        [LoggerMessage(1301, LogLevel.Warning, "{Identity} lost lease {Lease}, now held by {Holder}")]
        public static partial void Lost(ILogger logger, string identity, ObjectKey lease, string holder);

        [LoggerMessage(1302, LogLevel.Information, "{Identity} released lease {Lease}")]
        public static partial void Released(ILogger logger, string identity, ObjectKey lease);

        [LoggerMessage(1303, LogLevel.Warning, "lease {Lease} could not be released and will run out after {Duration}: {Message}")]
        public static partial void NotReleased(ILogger logger, ObjectKey lease, TimeSpan duration, string message);

        [LoggerMessage(1304, LogLevel.Warning, "lease {Lease} could not be read or written: {Message}")]
        public static partial void NoAnswer(ILogger logger, ObjectKey lease, string message);
    }
}
