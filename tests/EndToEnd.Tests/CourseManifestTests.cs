using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>
/// The manifests of the course, unmodified, through the gateway of the cluster. They name hosts of their own, so these
/// tests run one after the other, each with the objects of its exercise alone.
/// </summary>
[Collection(nameof(Cluster))]
public sealed class CourseManifestTests(Cluster cluster)
{
    private const string Shared = "lab-manifests";

    [Fact]
    public async Task Recreate_EndsVersion1BeforeVersion2Begins()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "1-recreate", "app-v1");
        var url = await NodePortAsync(space.Name, "goprom", "http");
        await UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        await ApplyAsync(space, "1-recreate", "app-v2");

        await UntilAnswersAsync(url, null, all: ["none"]);
        await UntilAnswersAsync(url, null, all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Ramped_HasBothVersionsSideBySide()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "2-ramped", "app-v1");
        var url = await NodePortAsync(space.Name, "goprom", "http");
        await UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        await ApplyAsync(space, "2-ramped", "app-v2");

        await UntilAnswersAsync(url, null, all: ["v1.0.0", "v2.0.0"]);
    }

    [Fact]
    public async Task BlueGreen_OneService_MovesWithItsSelector()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "3-blue-green/single-service", "app-v1", "app-v2");
        var url = await NodePortAsync(space.Name, "goprom", "http");
        await UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        await space.KubectlAsync("rollout", "status", "deployment/goprom-v2", "--timeout=60s");
        (await space.KubectlAsync("patch", "service", "goprom", "-p", """{"spec":{"selector":{"version":"v2.0.0"}}}""")).Succeeded();

        await UntilAnswersAsync(url, null, all: ["v2.0.0"]);
    }

    [Fact]
    public async Task BlueGreen_SeveralServices_MoveTogetherWithTheIngress()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "3-blue-green/multiple-services", "app-a-v1", "app-b-v1", "app-a-v2", "app-b-v2", "ingress-v1");
        var url = await IngressAddressAsync(space, "goprom");
        await UntilAnswersAsync(url, "a.domain.com", all: ["v1.0.0"]);
        await UntilAnswersAsync(url, "b.domain.com", all: ["v1.0.0"]);

        await ApplyAsync(space, "3-blue-green/multiple-services", "ingress-v2");

        await UntilAnswersAsync(url, "a.domain.com", all: ["v2.0.0"]);
        await UntilAnswersAsync(url, "b.domain.com", all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByTwoDeployments_SharesByTheNumberOfPods()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/native", "app-v1", "app-v2");

        await UntilAnswersAsync(await NodePortAsync(space.Name, "goprom", "http"), null, all: ["v1.0.0", "v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByNginxIngress_SendsATenthToVersion2_ThenAll()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/nginx-ingress", "app-v1", "app-v2", "ingress-v1", "ingress-v2-canary");
        var url = await IngressAddressAsync(space, "goprom");

        await UntilShareAsync(url, "goprom.com", "v2.0.0", 0.1);
        (await space.KubectlAsync("delete", "ingress", "goprom-canary")).Succeeded();
        await ApplyAsync(space, "4-canary/nginx-ingress", "ingress-v2");

        await UntilAnswersAsync(url, "goprom.com", all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByIstio_SendsATenthToTheSecondSubset()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/istio", "app-v1", "app-v2", "istio", "hpa");

        await UntilShareAsync(await IstioAsync(), "anything.test", "v2.0.0", 0.1);
    }

    [Fact]
    public async Task AbTesting_ByWeightAndByHeader_ChoosesTheVersion()
    {
        await using var space = await NewSpaceAsync();
        var url = await IstioAsync();
        await ApplyAsync(space, "5-ab-testing", "app-v1", "app-v2", "gateway", "virtualservice");
        await UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"]);

        await ApplyAsync(space, "5-ab-testing", "virtualservice-weight");
        await UntilShareAsync(url, "goprom.local", "v2.0.0", 0.1);

        await ApplyAsync(space, "5-ab-testing", "virtualservice-match");
        await UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"], version: "v1.0.0");
        await UntilAnswersAsync(url, "goprom.local", all: ["v2.0.0"], version: "v2.0.0");
    }

    [Fact]
    public async Task Shadow_CopiesEveryRequest_AndUsersSeeVersion1Only()
    {
        await using var space = await NewSpaceAsync();
        var url = await IstioAsync();
        await ApplyAsync(space, "6-shadow", "app-v1", "app-v2", "gateway", "virtualservice");
        await UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"]);
        Assert.DoesNotContain("GET", await LogAsync("v2"), StringComparison.Ordinal);

        await ApplyAsync(space, "6-shadow", "virtualservice-mirror");

        await Space.UntilAsync(
            async () =>
            {
                Assert.Equal("v1.0.0", Assert.Single(await AnswersAsync(url, "goprom.local", null, 1)));
                return await LogAsync("v2");
            },
            log => log.Contains("GET", StringComparison.Ordinal),
            "version 2 to get a copy");

        async Task<string> LogAsync(string version) => (await space.KubectlAsync("logs", $"deployment/goprom-{version}")).Succeeded();
    }

    private async Task<Space> NewSpaceAsync()
    {
        Assert.SkipWhen(Folder() is null, "the course's manifests are not beside this checkout (../shared/lab-manifests); CI has them");
        return await cluster.NewSpaceAsync();
    }

    private static async Task ApplyAsync(Space space, string exercise, params string[] files)
    {
        foreach (var file in files)
            (await space.KubectlAsync("apply", "-f", Path.Combine(Folder()!, exercise, file + ".yaml"))).Succeeded();
    }

    private static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", Shared)))
                return Path.Combine(folder.FullName, "shared", Shared);
        }

        return null;
    }

    /// <summary>Where Istio's gateway is reached, as its guides say.</summary>
    private Task<Uri> IstioAsync() => NodePortAsync("istio-system", "istio-ingressgateway", "http2");

    private async Task<Uri> NodePortAsync(string @namespace, string service, string port)
    {
        var found = (await cluster.KubectlAsync("get", "service", service, "-n", @namespace, "-o", $$"""jsonpath={.spec.ports[?(@.name=="{{port}}")].nodePort}""")).Succeeded().Trim();
        var node = (await cluster.KubectlAsync("get", "nodes", "-o", """jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}""")).Succeeded().Trim();
        return new Uri($"http://{node}:{found}/");
    }

    private static async Task<Uri> IngressAddressAsync(Space space, string ingress)
    {
        var status = await Space.UntilAsync(
            async () => (await space.KubectlAsync("get", "ingress", ingress, "-o", "jsonpath={.status.loadBalancer.ingress[0]}")).Succeeded().Trim(),
            text => text.Length > 0,
            $"Ingress {ingress} to have an address");
        var address = JsonNode.Parse(status)!;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address["ip"] ?? address["hostname"]}:{(int?)address["ports"]?[0]?["port"] ?? 80}/"));
    }

    private static async Task UntilShareAsync(Uri url, string host, string version, double share) => await Space.UntilAsync(
        async () => await AnswersAsync(url, host, null, 400),
        answers => Math.Abs((answers.Count(a => a == version) / 400.0) - share) < 0.02,
        $"{share:P0} of the answers of {host} to come from {version}");

    private static async Task UntilAnswersAsync(Uri url, string? host, string[] all, string? version = null) => await Space.UntilAsync(
        async () => string.Join(' ', (await AnswersAsync(url, host, version, 40)).Distinct().Order()),
        answers => answers == string.Join(' ', all),
        $"all answers of {host ?? url.ToString()} to come from {string.Join(" and ", all)}");

    /// <summary>The versions that answered; what is no answer of goprom stands for itself.</summary>
    private static async Task<List<string>> AnswersAsync(Uri url, string? host, string? version, int requests)
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
