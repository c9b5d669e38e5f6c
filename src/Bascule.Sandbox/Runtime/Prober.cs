using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Bascule.Sandbox.Runtime;

/// <summary>What a probe found.</summary>
/// <param name="Success">It passed.</param>
/// <param name="Message">Why it did not.</param>
internal readonly record struct ProbeResult(bool Success, string Message)
{
    public static ProbeResult Passed { get; } = new(true, "");

    public static ProbeResult Failed(string message) => new(false, message);
}

/// <summary>Carries out probes: HTTP and TCP against the pod's address, commands beside the container.</summary>
internal sealed class Prober : IDisposable
{
    private const string UserAgent = "kube-probe/1.33";
    private readonly TimeProvider time;
    private readonly HttpClient http;

    public Prober(TimeProvider time)
    {
        this.time = time;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            // A probe asks whether new connections are served, so none is kept.
            PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359 // As the kubelet: a probe checks that something answers, not who signed its certificate.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Probes once.</summary>
    /// <param name="probe">What to do.</param>
    /// <param name="container">Whose named ports the probe may mention.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="exec">Runs a command in the container's surroundings and returns its exit code and output.</param>
    /// <param name="cancellationToken">The container ended.</param>
    public async Task<ProbeResult> ProbeAsync(ProbeSpec probe, ContainerSpec container, IPAddress address, ExecInContainer exec, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(probe.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return probe.Source switch
            {
                var s when s.At("httpGet") is { ValueKind: JsonValueKind.Object } get => await HttpGetAsync(get, container, address, either.Token),
                var s when s.At("tcpSocket") is { ValueKind: JsonValueKind.Object } tcp => await TcpAsync(tcp, container, address, either.Token),
                var s when s.At("exec") is { ValueKind: JsonValueKind.Object } command => await ExecAsync(command, exec, either.Token),
                _ => ProbeResult.Failed("the sandbox knows httpGet, tcpSocket and exec probes; this one has none of them"),
            };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.Failed($"no answer within {probe.Timeout.TotalSeconds:0} s (context deadline exceeded)");
        }
        catch (HttpRequestException e)
        {
            return ProbeResult.Failed(e.Message);
        }
        catch (SocketException e)
        {
            return ProbeResult.Failed($"dial tcp {address}: {e.Message}");
        }
    }

    /// <summary>One GET, for probes and preStop hooks.</summary>
    public async Task<ProbeResult> HttpGetAsync(JsonElement get, ContainerSpec container, IPAddress address, CancellationToken cancellationToken)
    {
        if (container.Port(get.At("port")) is not { } port)
            return ProbeResult.Failed($"httpGet.port: found {get.At("port")}, expected a number or the name of a container port");
        var scheme = get.Text("scheme") == "HTTPS" ? "https" : "http";
        var path = get.Text("path") is { Length: > 0 } p ? p : "/";
        var uri = new Uri($"{scheme}://{get.Text("host") ?? address.ToString()}:{port}{(path[0] == '/' ? "" : "/")}{path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var header in get.Items("httpHeaders"))
        {
            if (header.Text("name") == "Host")
                request.Headers.Host = header.Text("value");
            else
                request.Headers.TryAddWithoutValidation(header.Text("name") ?? "", header.Text("value"));
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var code = (int)response.StatusCode;
            return code is >= 200 and < 400 ? ProbeResult.Passed : ProbeResult.Failed($"HTTP probe failed with statuscode: {code}");
        }
        catch (HttpRequestException e)
        {
            return ProbeResult.Failed($"Get \"{uri}\": {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<ProbeResult> TcpAsync(JsonElement tcp, ContainerSpec container, IPAddress address, CancellationToken cancellationToken)
    {
        if (container.Port(tcp.At("port")) is not { } port)
            return ProbeResult.Failed($"tcpSocket.port: found {tcp.At("port")}, expected a number or the name of a container port");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var host = tcp.Text("host");
        await (host is null ? socket.ConnectAsync(address, port, cancellationToken) : socket.ConnectAsync(host, port, cancellationToken));
        return ProbeResult.Passed;
    }

    private static async Task<ProbeResult> ExecAsync(JsonElement exec, ExecInContainer run, CancellationToken cancellationToken)
    {
        var result = await run([.. exec.Texts("command")], cancellationToken);
        return result.ExitCode == 0 ? ProbeResult.Passed : ProbeResult.Failed(result.Output);
    }
}

/// <summary>Runs a command beside a container, with its environment and directory.</summary>
internal delegate Task<ExecResult> ExecInContainer(IReadOnlyList<string> command, CancellationToken cancellationToken);

/// <summary>What a command answered.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">The beginning of what it printed.</param>
internal readonly record struct ExecResult(int ExitCode, string Output);
