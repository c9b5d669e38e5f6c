using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

public sealed class DeploymentTests
{
    [Fact]
    public async Task Deployment_Created_GetsReadyPodsOnAddressesOfTheirOwn()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 3));

        var pods = await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count(IsReady) == 3, "3 ready pods");

        Assert.Equal(3, pods.Select(p => p.Root.GetProperty("status").GetProperty("podIP").GetString()).Distinct().Count());
        Assert.All(pods, p => Assert.StartsWith("127.64.", p.Root.GetProperty("status").GetProperty("podIP").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kubectl_RolloutCommands_DriveADeployment()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 2));
        Assert.Contains("successfully rolled out", await sandbox.KubectlAsync("rollout status deployment/web --timeout=20s"), StringComparison.Ordinal);

        await sandbox.KubectlAsync("scale deployment/web --replicas=4");
        Assert.Contains("successfully rolled out", await sandbox.KubectlAsync("rollout status deployment/web --timeout=20s"), StringComparison.Ordinal);
        await sandbox.KubectlAsync("set image deployment/web main=team/sleeper:2");
        Assert.Contains("successfully rolled out", await sandbox.KubectlAsync("rollout status deployment/web --timeout=20s"), StringComparison.Ordinal);
        var pods = await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 4 && p.All(IsReady), "4 pods of the new image");
        Assert.All(pods, p => Assert.Equal("team/sleeper:2", p.Root.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()));

        Assert.Contains("2", await sandbox.KubectlAsync("rollout history deployment/web"), StringComparison.Ordinal);
        await sandbox.KubectlAsync("rollout undo deployment/web");
        await sandbox.KubectlAsync("rollout status deployment/web --timeout=20s");
        pods = await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 4 && p.All(IsReady), "4 pods of the first image");
        Assert.All(pods, p => Assert.Equal("sleeper", p.Root.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()));

        await sandbox.KubectlAsync("rollout restart deployment/web");
        await sandbox.KubectlAsync("rollout status deployment/web --timeout=20s");
        Assert.Contains("started as web-", await sandbox.KubectlAsync("logs deployment/web"), StringComparison.Ordinal);
        await sandbox.KubectlAsync("wait --for=condition=Available deployment/web --timeout=20s");
        var described = await sandbox.KubectlAsync("describe deployment web");
        Assert.Contains("ScalingReplicaSet", described, StringComparison.Ordinal);

        await sandbox.KubectlAsync("delete deployment web --timeout=25s");
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 0, "no pods");
        await sandbox.UntilAsync(ResourceTypes.ReplicaSets, s => s.Count == 0, "no ReplicaSets");
    }

    [Fact]
    public async Task Pod_ImageNotThere_WaitsAndSaysWhichImagesExist()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 1, image: "nginx:1.27"));

        var pods = await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Waiting(x) == "ImagePullBackOff"), "ImagePullBackOff");

        var message = pods[0].Root.GetProperty("status").GetProperty("containerStatuses")[0].GetProperty("state").GetProperty("waiting").GetProperty("message").GetString();
        Assert.Contains("no image \"nginx\"", message, StringComparison.Ordinal);
        Assert.Contains("sleeper", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sandbox_SecondInTheSameDirectory_IsRefused()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var options = new SandboxOptions { StateDirectory = Path.GetDirectoryName(sandbox.Cluster.KubeconfigPath)!, Random = new Random(2) };

        var refused = await Assert.ThrowsAsync<SandboxException>(() => SandboxCluster.StartAsync(options, CancellationToken.None));

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await sandbox.Cluster.Client.ListAsync(ResourceTypes.Namespaces, null, ListOptions.All, CancellationToken.None)).Items);
    }

    private static bool IsReady(KubeObject pod) =>
        pod.DeletionTimestamp is null && pod.Root.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(c => c.GetProperty("type").GetString() == "Ready" && c.GetProperty("status").GetString() == "True");

    private static string? Waiting(KubeObject pod) =>
        pod.Root.GetProperty("status").TryGetProperty("containerStatuses", out var statuses) && statuses[0].GetProperty("state").TryGetProperty("waiting", out var waiting)
            ? waiting.GetProperty("reason").GetString()
            : null;
}
