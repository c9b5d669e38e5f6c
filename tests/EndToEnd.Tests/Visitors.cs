using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>Users of a cluster's services and routes: where they come in, and which version answers them.</summary>
internal static class Visitors
{
    /// <summary>Between two rounds of requests; short, for some of what they wait for is soon over.</summary>
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(50);

    /// <summary>Where Istio's gateway is reached, as its guides say.</summary>
    public static Task<Uri> IstioAsync(Cluster cluster) => NodePortAsync(cluster, "istio-system", "istio-ingressgateway", "http2");

    public static async Task<Uri> NodePortAsync(Cluster cluster, string @namespace, string service, string port)
    {
        var found = (await cluster.KubectlAsync("get", "service", service, "-n", @namespace, "-o", $$"""jsonpath={.spec.ports[?(@.name=="{{port}}")].nodePort}""")).Succeeded().Trim();
        var node = (await cluster.KubectlAsync("get", "nodes", "-o", """jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}""")).Succeeded().Trim();
        return new Uri($"http://{node}:{found}/");
    }

    public static async Task<Uri> IngressAddressAsync(Space space, string ingress)
    {
        var status = await Space.UntilAsync(
            async () => (await space.KubectlAsync("get", "ingress", ingress, "-o", "jsonpath={.status.loadBalancer.ingress[0]}")).Succeeded().Trim(),
            text => text.Length > 0,
            $"Ingress {ingress} to have an address");
        var address = JsonNode.Parse(status)!;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address["ip"] ?? address["hostname"]}:{(int?)address["ports"]?[0]?["port"] ?? 80}/"));
    }

    public static async Task UntilShareAsync(Uri url, string host, string version, double share) => await Space.UntilAsync(
        async () => await AnswersAsync(url, host, null, 400),
        answers => Math.Abs((answers.Count(a => a == version) / 400.0) - share) < 0.02,
        $"{share:P0} of the answers of {host} to come from {version}",
        s_every);

    public static async Task UntilAnswersAsync(Uri url, string? host, string[] all, string? version = null) => await Space.UntilAsync(
        async () => string.Join(' ', (await AnswersAsync(url, host, version, 40)).Distinct().Order()),
        answers => answers == string.Join(' ', all),
        $"all answers of {host ?? url.ToString()} to come from {string.Join(" and ", all)}",
        s_every);

    /// <summary>Asks without a pause, so that nothing that lasts is missed, until a version answers: all answers in their order.</summary>
    public static async Task<List<string>> UntilAnAnswerAsync(Uri url, string version)
    {
        var answers = new List<string>();
        await Space.UntilAsync(
            async () =>
            {
                answers.AddRange(await AnswersAsync(url, null, null, 1));
                return answers[^1];
            },
            answer => answer == version,
            $"an answer of {url} to come from {version}",
            TimeSpan.Zero);
        return answers;
    }

    /// <summary>The versions that answered; what is no answer of goprom stands for itself.</summary>
    public static async Task<List<string>> AnswersAsync(Uri url, string? host, string? version, int requests)
    {
        // A connection each, as users have: node ports are balanced by connection.
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };
        var answers = new List<string>();
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Host = host;
            if (version is not null)
                request.Headers.Add("x-api-version", version);
            answers.Add(await AnswerAsync(http, request));
        }

        return answers;
    }

    private static async Task<string> AnswerAsync(HttpClient http, HttpRequestMessage request)
    {
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return text.Split("Version: ") is [_, var said] ? said.Trim() : $"{(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return "none";
        }
    }
}
