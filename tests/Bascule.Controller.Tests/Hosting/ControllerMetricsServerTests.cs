using System.Net;
using Bascule.Controller.Hosting;
using Bascule.Controller.Telemetry;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Hosting;

/// <summary>The controller's metrics as Prometheus gets them: over HTTP.</summary>
public sealed class ControllerMetricsServerTests
{
    /// <summary>Far more than anything here takes; only a failing test waits for it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly DirectClient _client = new(new ApiServer(new Store(), TimeProvider.System, new Random(1)), "test");

    [Fact]
    public async Task Scrape_OfARunningController_HasItAll_E2E96()
    {
        await using var host = await StartAsync(Anywhere);
        await _client.CreateAsync(ArgoResources.Rollouts, "default", TestObjects.Json("""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "web" },
              "spec": {
                "replicas": 2, "selector": { "matchLabels": { "app": "web" } },
                "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } },
                "strategy": { "canary": {} }
              }
            }
            """), CancellationToken.None);

        var text = await UntilAsync(host, t => t.Contains("""k8s_request_total{kind="replicasets",namespace="default",name="N/A",verb="Create",status_code="201"} 1""", StringComparison.Ordinal));

        Assert.Contains("""rollout_info{namespace="default",name="web",strategy="canary",traffic_router="",phase="Progressing"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""rollout_info_replicas_desired{namespace="default",name="web"} 2""", text, StringComparison.Ordinal);
        Assert.Contains("""rollout_events_total{namespace="default",name="web",type="Normal",reason="RolloutAddedToInformer"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""rollout_reconcile_count{namespace="default",name="web"}""", text, StringComparison.Ordinal);
        foreach (var queue in (string[])["Rollouts", "Experiments", "AnalysisRuns", "Services"])
        {
            Assert.Contains($"workqueue_depth{{name=\"{queue}\"}}", text, StringComparison.Ordinal);
            Assert.Contains($"workqueue_wakeup_lateness_seconds_count{{name=\"{queue}\"}}", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("rollout_reconcile_error{", text, StringComparison.Ordinal);

        await _client.DeleteAsync(ArgoResources.Rollouts, new("default", "web"), new DeleteOptions(), CancellationToken.None);

        // Its state goes at once, its counts after a minute.
        text = await UntilAsync(host, t => !t.Contains("rollout_info{", StringComparison.Ordinal));
        Assert.Contains("rollout_reconcile_count{namespace=\"default\",name=\"web\"}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "metrics", HttpStatusCode.OK)]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "metrics", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_IsAnswered(string method, string path, HttpStatusCode code)
    {
        await using var host = await StartAsync(Anywhere);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.MetricsAddress!, path));

        using var answer = await http.SendAsync(request);

        Assert.Equal(code, answer.StatusCode);
        if (code == HttpStatusCode.OK)
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task PortThatIsTaken_EndsOnlyTheOneThatNeedsIt()
    {
        await using var first = await StartAsync(Anywhere);
        var taken = new IPEndPoint(IPAddress.Loopback, first.MetricsAddress!.Port);

        await using var second = await StartAsync(new() { Metrics = taken, MetricsAreOptional = true });
        Assert.Null(second.MetricsAddress);
        Assert.True(second.IsActing);

        var refused = await Assert.ThrowsAsync<AddressTakenException>(() => StartAsync(new() { Metrics = taken }));
        Assert.Contains($"127.0.0.1:{taken.Port}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAnAddress_NothingIsServed()
    {
        await using var host = await StartAsync(new());

        Assert.Null(host.MetricsAddress);
    }

    private static ControllerHostOptions Anywhere => new() { Metrics = new(IPAddress.Loopback, 0) };

    private async Task<ControllerHost> StartAsync(ControllerHostOptions options)
    {
        await CustomResources.InstallAsync(_client, TimeProvider.System, CancellationToken.None);
        var host = new ControllerHost(_client, options, TimeProvider.System, new Random(2), NullLoggerFactory.Instance);
        try
        {
            await host.StartAsync(CancellationToken.None);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> UntilAsync(ControllerHost host, Func<string, bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        using var http = new HttpClient();
        while (true)
        {
            var text = await http.GetStringAsync(new Uri(host.MetricsAddress!, "metrics"), bound.Token);
            if (condition(text))
                return text;
            await Task.Delay(10, bound.Token);
        }
    }
}
