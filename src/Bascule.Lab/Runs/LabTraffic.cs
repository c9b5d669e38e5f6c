using System.Collections.Immutable;
using System.Net.Sockets;
using Bascule.Lab.Load;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Reports;

namespace Bascule.Lab.Runs;

/// <summary>The users of a lab: where they go, their first answer, their requests, and what Prometheus says of them.</summary>
/// <param name="options">What to try.</param>
/// <param name="entrance">How they come in.</param>
/// <param name="say">Tells the user of the lab what happens.</param>
/// <param name="time">The clock.</param>
internal sealed class LabTraffic(LabOptions options, Entrance entrance, Action<string> say, TimeProvider time)
{
    /// <summary>The service that users ask, in every manifest of the lab.</summary>
    public const string Service = "goprom";

    /// <summary>How long the first version and its measurements may take to come up.</summary>
    public static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);

    /// <summary>Traffic shown after the end, so that the picture shows what it came to.</summary>
    private static readonly TimeSpan Epilogue = TimeSpan.FromSeconds(3);

    /// <summary>Where the requests go: what the options say, else where the entrance is.</summary>
    /// <exception cref="LabException">It has no address.</exception>
    public async Task<Uri> AddressAsync(LabCluster cluster, CancellationToken cancellationToken)
    {
        if (options.Url is not null)
            return options.Url;
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < StartBound)
        {
            if (await entrance.FindAsync(cluster, cancellationToken) is { } url)
                return url;
            await Task.Delay(PollStep, time, cancellationToken);
        }

        throw new LabException(entrance.Problem);
    }

    /// <summary>Asks until somebody answers every group of users.</summary>
    /// <param name="url">Where.</param>
    /// <param name="whyNot">Why nobody answers, as far as the cluster tells.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The time from the beginning of the lab to the last of these answers.</returns>
    public async Task<TimeSpan> FirstAnswerAsync(Uri url, Func<string> whyNot, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        var hosts = entrance.Users.Select(u => u.Host).Distinct().ToList();
        foreach (var host in hosts)
            await FirstAnswerAsync(http, url, host, whyNot, cancellationToken);
        var took = time.GetElapsedTime(options.Begun);
        var names = string.Join(" and ", hosts.OfType<string>());
        say(FormattableString.Invariant($"first answer from {LabOptions.StableVersion} after {took.TotalSeconds:0.00} s, now {options.Rate:0.#} requests per second to {url}{(names.Length > 0 ? $" as {names}" : "")}"));
        return took;
    }

    private async Task FirstAnswerAsync(HttpClient http, Uri url, string? host, Func<string> whyNot, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < StartBound)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.Host = host;
                using var answer = await http.SendAsync(request, cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Nobody answers yet. (A connection that is reset at once shows as a bare SocketException.)
            }

            await Task.Delay(PollStep, time, cancellationToken);
        }

        throw new LabException($"nobody answers at {url}{(host is null ? "" : $" for host {host}")} after {StartBound.TotalSeconds:0} s. {whyNot()}");
    }

    /// <summary>Keeps requests going while something runs, and for a while after it.</summary>
    /// <param name="url">Where the requests go.</param>
    /// <param name="prometheus">Asked for its rates before the requests end; null for none.</param>
    /// <param name="body">What to run.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What the body returned, all of the traffic, and the rates.</returns>
    public async Task<(T Result, TrafficSnapshot Traffic, ImmutableSortedDictionary<string, double> Rates)> WhileAskedAsync<T>(
        Uri url, Uri? prometheus, Func<TrafficGenerator, CancellationToken, Task<T>> body, CancellationToken cancellationToken)
    {
        using var generator = new TrafficGenerator(new LoadOptions { Url = url, Rate = options.Rate, Users = entrance.Users }, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var traffic = generator.RunAsync(stop.Token);
        try
        {
            var result = await body(generator, cancellationToken);
            await Task.Delay(Epilogue, time, cancellationToken);
            var rates = await RatesAsync(prometheus, cancellationToken);
            await stop.CancelAsync();
            return (result, await traffic, rates);
        }
        finally
        {
            await stop.CancelAsync();
            await traffic;
        }
    }

    /// <summary>Waits until Prometheus has a rate for the first version: measurements begin with good numbers then.</summary>
    public async Task BaselineAsync(Uri? address, CancellationToken cancellationToken)
    {
        if (!options.RunsPrometheus || address is null)
        {
            // The controller may reach it; this machine may not.
            await Task.Delay(options.Pace, time, cancellationToken);
            return;
        }

        using var http = new HttpClient { BaseAddress = address };
        var prometheus = new PrometheusClient(http);
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < StartBound)
        {
            if (await SeesStableAsync(prometheus, cancellationToken))
                return;
            await Task.Delay(LabObserver.Tick, time, cancellationToken);
        }

        throw new LabException($"Prometheus at {address} has no requests of goprom after {StartBound.TotalSeconds:0} s: look there under Status, Targets");
    }

    private static async Task<bool> SeesStableAsync(PrometheusClient prometheus, CancellationToken cancellationToken)
    {
        var samples = await prometheus.QueryAsync("""sum(rate(http_requests_total{app="goprom",service="goprom",status="200"}[5s])) by (version)""", cancellationToken);
        return samples.Any(s => s.Labels.GetValueOrDefault("version") == LabOptions.StableVersion && s.Value > 0);
    }

    /// <summary>What Prometheus says of the last minute; nothing when it is not ours and may not be reachable from here.</summary>
    private async Task<ImmutableSortedDictionary<string, double>> RatesAsync(Uri? address, CancellationToken cancellationToken)
    {
        if (!options.RunsPrometheus || address is null)
            return ImmutableSortedDictionary<string, double>.Empty;
        using var http = new HttpClient { BaseAddress = address };
        var samples = await new PrometheusClient(http).QueryAsync(LabReport.RateQuery, cancellationToken);
        return samples.ToImmutableSortedDictionary(s => s.Labels.GetValueOrDefault("version", ""), s => s.Value, StringComparer.Ordinal);
    }
}
