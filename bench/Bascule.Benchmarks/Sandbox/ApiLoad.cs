using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Http;
using Bascule.Sandbox.Storage;

namespace Bascule.Benchmarks.Sandbox;

/// <summary>
/// Loads the sandbox's API server over HTTP and prints what it bears: creates and gets per second, the time from a write
/// to its event at 100 watchers, and the memory of a stored object. Clients and server share the process and its cores.
/// </summary>
internal sealed class ApiLoad : IAsyncDisposable
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private const string Token = "load";
    private const int Creates = 20_000;
    private const int Gets = 60_000;
    private const int Watchers = 100;
    private const int WatchedWrites = 1_000;
    private const int WritesPerSecond = 100;
    private const int StoredObjects = 50_000;

    private readonly SandboxApiHost _host;
    private readonly HttpClient _http;

    private ApiLoad(SandboxApiHost host, int workers)
    {
        _host = host;
        Workers = workers;
        _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = workers + Watchers }) { BaseAddress = host.Address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    private int Workers { get; }

    /// <summary>Runs all measurements and prints one line each.</summary>
    public static async Task RunAsync()
    {
        await PrintMemoryAsync();
        var server = new ApiServer(new Store(), TimeProvider.System, new Random(1));
        await using var load = new ApiLoad(await SandboxApiHost.StartAsync(server, new() { Token = Token }, default), Environment.ProcessorCount * 4);
        await load.PrintRateAsync("warm-up", 4_000, i => load.CreateAsync("warm", i));
        await load.PrintRateAsync("creates", Creates, i => load.CreateAsync("load", i));
        await load.PrintRateAsync("gets", Gets, i => load.GetAsync($"load-{i % Creates}"));
        await load.PrintWatchLatencyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    private static async Task PrintMemoryAsync()
    {
        var server = new ApiServer(new Store(), TimeProvider.System, new Random(1));
        var client = new DirectClient(server, "load");
        var type = new ResourceType("", "v1", "configmaps", "ConfigMap");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var json = 0L;
        for (var i = 0; i < StoredObjects; i++)
            json += Encoding.UTF8.GetByteCount((await client.CreateAsync(type, "default", (JsonObject)JsonNode.Parse(Body("stored", i))!, default)).Root.GetRawText());
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Print($"memory: {taken / StoredObjects} bytes per object, {json / StoredObjects} of them JSON, {(taken - json) / StoredObjects} beyond it ({StoredObjects} objects, history included)");
        GC.KeepAlive(server);
    }

    private async Task PrintRateAsync(string name, int count, Func<int, Task> request)
    {
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < count)
                await request(i);
        })));
        Print($"{name}: {count / clock.Elapsed.TotalSeconds:F0} per second ({count} requests, {Workers} connections)");
    }

    private async Task PrintWatchLatencyAsync()
    {
        var sent = new long[WatchedWrites];
        using var end = new CancellationTokenSource();
        var readers = new List<Task<List<double>>>();
        for (var i = 0; i < Watchers; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?watch=true&labelSelector=set%3Dwatched");
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            readers.Add(Task.Run(() => ReadAsync(response, sent, end.Token)));
        }

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < WatchedWrites; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / WritesPerSecond);
            if (due > clock.Elapsed)
                await Task.Delay(due - clock.Elapsed);
            sent[i] = Stopwatch.GetTimestamp();
            await CreateAsync("watched", i);
        }

        end.CancelAfter(TimeSpan.FromSeconds(5));
        var latencies = (await Task.WhenAll(readers)).SelectMany(l => l).Order().ToList();
        Print($"watch: p50 {latencies[latencies.Count / 2]:F2} ms, p99 {latencies[latencies.Count * 99 / 100]:F2} ms from sending a create to reading its event ({Watchers} watchers, {WritesPerSecond} writes per second, {latencies.Count} of {Watchers * WatchedWrites} events)");
    }

    private static async Task<List<double>> ReadAsync(HttpResponseMessage response, long[] sent, CancellationToken cancellationToken)
    {
        var latencies = new List<double>(sent.Length);
        using (response)
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (latencies.Count < sent.Length && await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                var at = line.IndexOf("\"watched-", StringComparison.Ordinal) + "\"watched-".Length;
                var index = int.Parse(line.AsSpan(at, line.IndexOf('"', at) - at), CultureInfo.InvariantCulture);
                latencies.Add(Stopwatch.GetElapsedTime(sent[index]).TotalMilliseconds);
            }
        }

        return latencies;
    }

    private static string Body(string set, int i) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{set}}}-{{{i}}}","labels":{"set":"{{{set}}}"}},"data":{"a":"1","b":"2"}}""";

    private static void Print(string line) => Console.WriteLine(line);

    private async Task CreateAsync(string set, int i)
    {
        using var content = new StringContent(Body(set, i), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(Path, content);
        response.EnsureSuccessStatusCode();
    }

    private async Task GetAsync(string name)
    {
        using var response = await _http.GetAsync($"{Path}/{name}");
        response.EnsureSuccessStatusCode();
    }
}
