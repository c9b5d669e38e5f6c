using System.Net;
using System.Net.Sockets;

namespace Goprom.Tests;

/// <summary>How the process ends: by SIGTERM under load, by CRASH_AFTER, and by what it cannot start with.</summary>
public sealed class GopromEndTests
{
    [Fact]
    public async Task Sigterm_UnderLoad_LosesNoRequestAndEndsWithinFiveSeconds()
    {
        await using var goprom = await GopromProcess.StartAsync(("VERSION", "v1.0.0"), ("LATENCY_MS", "100"));
        using var withdrawn = new CancellationTokenSource();
        var answered = 0;

        // Behaves as a service does: sends on kept and on new connections until readiness says that the pod leaves.
        async Task SendAsync(bool keepAlive)
        {
            while (!withdrawn.IsCancellationRequested)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, goprom.Application) { Headers = { ConnectionClose = !keepAlive } };
                using var answer = await goprom.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Interlocked.Increment(ref answered);
            }
        }

        var senders = Enumerable.Range(0, 8).Select(i => SendAsync(keepAlive: i % 2 == 0)).ToArray();
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) > 50));

        var asked = TimeProvider.System.GetTimestamp();
        await goprom.TerminateAsync();
        await UntilAsync(async () =>
        {
            using var ready = await goprom.Http.GetAsync(new Uri(goprom.Probe, "/ready"));
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        using var late = await goprom.Http.GetAsync(goprom.Application);
        await withdrawn.CancelAsync();
        await Task.WhenAll(senders).WaitAsync(GopromProcess.Patience);
        var (code, _) = await goprom.EndAsync();

        Assert.True(TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(5));
        Assert.Equal(0, code);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.True(late.Headers.ConnectionClose);
        Assert.Equal(answered + 1, goprom.Log().Count(l => l.GetProperty("message").GetString() == "request"));
    }

    [Fact]
    public async Task Sigterm_RequestLongerThanAllowed_StillEndsWithinFiveSeconds()
    {
        await using var goprom = await GopromProcess.StartAsync(("LATENCY_MS", "60000"));
        var hanging = goprom.Http.GetAsync(goprom.Application);
        await UntilAsync(async () => (await goprom.Http.GetStringAsync(goprom.Metrics)).Contains("in_flight_requests 1", StringComparison.Ordinal));

        var asked = TimeProvider.System.GetTimestamp();
        await goprom.TerminateAsync();
        var (code, _) = await goprom.EndAsync();

        Assert.True(TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(5));
        Assert.Equal(0, code);
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task CrashAfter_Elapsed_ExitsWithOne()
    {
        await using var goprom = await GopromProcess.StartAsync(("CRASH_AFTER", "100ms"));

        var (code, error) = await goprom.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains("CRASH_AFTER=100ms", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen-address=nowhere", "", "", "--listen-address: found 'nowhere', expected an address")]
    [InlineData("--probe-address=:70000", "", "", "--probe-address: found ':70000', expected an address")]
    [InlineData("--metrics-address=host.example:9101", "", "", "--metrics-address: found 'host.example:9101'")]
    [InlineData("--listen-address", "", "", "--listen-address: found nothing after it")]
    [InlineData("--port=1", "", "", "found '--port=1', expected one of --listen-address, --probe-address, --metrics-address")]
    [InlineData("serve", "", "", "found 'serve', expected one of")]
    [InlineData("", "ERROR_RATE", "1.5", "ERROR_RATE: found '1.5', expected a share from 0 to 1 or a percentage")]
    [InlineData("", "ERROR_RATE", "-1", "ERROR_RATE: found '-1'")]
    [InlineData("", "LATENCY_MS", "fast", "LATENCY_MS: found 'fast', expected a whole number of milliseconds")]
    [InlineData("", "READY_DELAY", "5x", "READY_DELAY: found '5x', expected seconds")]
    [InlineData("", "CRASH_AFTER", "soon", "CRASH_AFTER: found 'soon', expected seconds")]
    [InlineData("", "BASCULE_POD_IP", "pod", "BASCULE_POD_IP: found 'pod', expected an IP address")]
    public async Task Start_SenselessValue_SaysWhichAndExitsWithTwo(string flag, string variable, string value, string message)
    {
        await using var goprom = GopromProcess.Launch(flag.Length > 0 ? [flag] : [], variable.Length > 0 ? [(variable, value)] : []);

        var (code, error) = await goprom.EndAsync();

        Assert.Equal(2, code);
        Assert.StartsWith("goprom: " + message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysWhichAndExitsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await using var goprom = GopromProcess.Launch([$"--listen-address={taken.LocalEndpoint}", "--probe-address=127.0.0.1:0", "--metrics-address=127.0.0.1:0"]);
        var (code, error) = await goprom.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains($"{taken.LocalEndpoint}: address already in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithPodAddress_ListensOnThatAddressAlone()
    {
        using var free = new TcpListener(IPAddress.Parse("127.77.3.4"), 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        // The same port on another address of the loopback network stays free for the next pod.
        using var neighbour = new TcpListener(IPAddress.Parse("127.77.3.5"), port);
        neighbour.Start();
        await using var goprom = GopromProcess.Launch([$"--listen-address=:{port}", "--probe-address=127.0.0.1:0", "--metrics-address=127.0.0.1:0"], ("BASCULE_POD_IP", "127.77.3.4"), ("VERSION", "v1"));

        await UntilAsync(() => Task.FromResult(goprom.Log().Length > 0));

        Assert.Contains("Version: v1", await goprom.Http.GetStringAsync(new Uri($"http://127.77.3.4:{port}/")), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(GopromProcess.Patience, TimeProvider.System);
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, bound.Token);
    }
}
