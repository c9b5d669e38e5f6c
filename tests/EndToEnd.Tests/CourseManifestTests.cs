namespace EndToEnd.Tests;

/// <summary>
/// The manifests of the course, unmodified, through the gateway of the cluster. They name hosts of their own, so these
/// tests run one after the other, each with the objects of its exercise alone.
/// </summary>
[Collection(Collections.Gateway)]
public sealed class CourseManifestTests(Cluster cluster)
{
    private const string Shared = "lab-manifests";

    [Fact]
    public async Task Recreate_EndsVersion1BeforeVersion2Begins()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "1-recreate", "app-v1");
        var url = await Visitors.NodePortAsync(cluster, space.Name, "goprom", "http");
        await Visitors.UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        var answers = Visitors.UntilAnAnswerAsync(url, "v2.0.0");
        await ApplyAsync(space, "1-recreate", "app-v2");

        Assert.Equal(["v1.0.0", "none", "v2.0.0"], (await answers).Distinct());
        await Visitors.UntilAnswersAsync(url, null, all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Ramped_HasBothVersionsSideBySide()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "2-ramped", "app-v1");
        var url = await Visitors.NodePortAsync(cluster, space.Name, "goprom", "http");
        await Visitors.UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        await ApplyAsync(space, "2-ramped", "app-v2");

        await Visitors.UntilAnswersAsync(url, null, all: ["v1.0.0", "v2.0.0"]);
    }

    [Fact]
    public async Task BlueGreen_OneService_MovesWithItsSelector()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "3-blue-green/single-service", "app-v1", "app-v2");
        var url = await Visitors.NodePortAsync(cluster, space.Name, "goprom", "http");
        await Visitors.UntilAnswersAsync(url, null, all: ["v1.0.0"]);

        await space.KubectlAsync("rollout", "status", "deployment/goprom-v2", "--timeout=60s");
        (await space.KubectlAsync("patch", "service", "goprom", "-p", """{"spec":{"selector":{"version":"v2.0.0"}}}""")).Succeeded();

        await Visitors.UntilAnswersAsync(url, null, all: ["v2.0.0"]);
    }

    [Fact]
    public async Task BlueGreen_SeveralServices_MoveTogetherWithTheIngress()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "3-blue-green/multiple-services", "app-a-v1", "app-b-v1", "app-a-v2", "app-b-v2", "ingress-v1");
        var url = await Visitors.IngressAddressAsync(space, "goprom");
        await Visitors.UntilAnswersAsync(url, "a.domain.com", all: ["v1.0.0"]);
        await Visitors.UntilAnswersAsync(url, "b.domain.com", all: ["v1.0.0"]);

        await ApplyAsync(space, "3-blue-green/multiple-services", "ingress-v2");

        await Visitors.UntilAnswersAsync(url, "a.domain.com", all: ["v2.0.0"]);
        await Visitors.UntilAnswersAsync(url, "b.domain.com", all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByTwoDeployments_SharesByTheNumberOfPods()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/native", "app-v1", "app-v2");

        await Visitors.UntilAnswersAsync(await Visitors.NodePortAsync(cluster, space.Name, "goprom", "http"), null, all: ["v1.0.0", "v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByNginxIngress_SendsATenthToVersion2_ThenAll()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/nginx-ingress", "app-v1", "app-v2", "ingress-v1", "ingress-v2-canary");
        var url = await Visitors.IngressAddressAsync(space, "goprom");

        await Visitors.UntilShareAsync(url, "goprom.com", "v2.0.0", 0.1);
        (await space.KubectlAsync("delete", "ingress", "goprom-canary")).Succeeded();
        await ApplyAsync(space, "4-canary/nginx-ingress", "ingress-v2");

        await Visitors.UntilAnswersAsync(url, "goprom.com", all: ["v2.0.0"]);
    }

    [Fact]
    public async Task Canary_ByIstio_SendsATenthToTheSecondSubset()
    {
        await using var space = await NewSpaceAsync();
        await ApplyAsync(space, "4-canary/istio", "app-v1", "app-v2", "istio", "hpa");

        await Visitors.UntilShareAsync(await Visitors.IstioAsync(cluster), "anything.test", "v2.0.0", 0.1);
    }

    [Fact]
    public async Task AbTesting_ByWeightAndByHeader_ChoosesTheVersion()
    {
        await using var space = await NewSpaceAsync();
        var url = await Visitors.IstioAsync(cluster);
        await ApplyAsync(space, "5-ab-testing", "app-v1", "app-v2", "gateway", "virtualservice");
        await Visitors.UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"]);

        await ApplyAsync(space, "5-ab-testing", "virtualservice-weight");
        await Visitors.UntilShareAsync(url, "goprom.local", "v2.0.0", 0.1);

        await ApplyAsync(space, "5-ab-testing", "virtualservice-match");
        await Visitors.UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"], version: "v1.0.0");
        await Visitors.UntilAnswersAsync(url, "goprom.local", all: ["v2.0.0"], version: "v2.0.0");
    }

    [Fact]
    public async Task Shadow_CopiesEveryRequest_AndUsersSeeVersion1Only()
    {
        await using var space = await NewSpaceAsync();
        var url = await Visitors.IstioAsync(cluster);
        await ApplyAsync(space, "6-shadow", "app-v1", "app-v2", "gateway", "virtualservice");
        await Visitors.UntilAnswersAsync(url, "goprom.local", all: ["v1.0.0"]);
        Assert.DoesNotContain("GET", await LogAsync("v2"), StringComparison.Ordinal);

        await ApplyAsync(space, "6-shadow", "virtualservice-mirror");

        await Space.UntilAsync(
            async () =>
            {
                Assert.Equal("v1.0.0", Assert.Single(await Visitors.AnswersAsync(url, "goprom.local", null, 1)));
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
}
