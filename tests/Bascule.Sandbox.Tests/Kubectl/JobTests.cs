using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

public sealed class JobTests
{
    [Fact]
    public async Task Kubectl_CreateJob_RunsToCompletionAndIsDeletedWithItsPods()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 21);

        await sandbox.KubectlAsync("create job hello --image=busybox:1.36 -- sh -c \"echo hello from $HOSTNAME\"");
        await sandbox.KubectlAsync("wait --for=condition=complete job/hello --timeout=20s");

        Assert.Matches(@"(?m)^hello +(Complete +)?1/1 +\d+s +\d+s", await sandbox.KubectlAsync("get jobs"));
        Assert.StartsWith("hello from hello-", await sandbox.KubectlAsync("logs job/hello"), StringComparison.Ordinal);
        var pod = Assert.Single((await sandbox.UntilAsync(ResourceTypes.Pods, p => p.All(x => Status(x).GetProperty("phase").GetString() == "Succeeded"), "the pod to end")));
        var job = await sandbox.GetAsync(ResourceTypes.Jobs, "hello");
        Assert.Equal(job.Uid, pod.Labels["batch.kubernetes.io/controller-uid"]);
        Assert.Equal("hello", pod.Labels["job-name"]);
        Assert.Contains("SuccessfulCreate", await sandbox.KubectlAsync("describe job hello"), StringComparison.Ordinal);

        await sandbox.KubectlAsync("delete job hello --timeout=20s");
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 0, "no pods");
    }

    [Fact]
    public async Task Job_FailingPods_FailsAtItsLimit()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 22);
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("bad", """ "backoffLimit":0, """, """ "image":"alpine","command":["sh","-c","exit 3"] """));

        await sandbox.KubectlAsync("wait --for=condition=failed job/bad --timeout=20s");

        var status = Status(await sandbox.GetAsync(ResourceTypes.Jobs, "bad"));
        Assert.Equal(1, status.GetProperty("failed").GetInt32());
        Assert.Equal(["FailureTarget", "Failed"], status.GetProperty("conditions").EnumerateArray().Select(c => c.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Job_OverItsDeadline_IsStoppedAndFails()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 23);
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("slow", """ "activeDeadlineSeconds":1, """, """ "image":"debian:12","args":["sleep","1000"] """));

        await sandbox.KubectlAsync("wait --for=condition=failed job/slow --timeout=20s");

        Assert.Equal("DeadlineExceeded", Status(await sandbox.GetAsync(ResourceTypes.Jobs, "slow")).GetProperty("conditions")[1].GetProperty("reason").GetString());
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 0, "no pods");
    }

    [Fact]
    public async Task Job_DeletedInTheForeground_GoesAfterItsPods()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 24);
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("long", "", """ "image":"busybox","args":["sleep","1000"] """));
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Status(x).GetProperty("phase").GetString() == "Running"), "the pod to run");

        await sandbox.Cluster.Client.DeleteAsync(ResourceTypes.Jobs, new("default", "long"), new() { Propagation = PropagationPolicy.Foreground }, CancellationToken.None);

        await sandbox.UntilAsync(ResourceTypes.Jobs, j => j.Count == 0, "no Jobs");
        Assert.Empty((await sandbox.Cluster.Client.ListAsync(ResourceTypes.Pods, "default", ListOptions.All, CancellationToken.None)).Items);
    }

    [Theory]
    [InlineData("nowhere/nothing:1", "ErrImagePull")]
    [InlineData("Not An Image!", "InvalidImageName")]
    public async Task Job_ImageCannotBeHad_WaitsForTheReasonInItsPod(string image, string reason)
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 25);

        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("lost", "", $$""" "image":"{{image}}" """));

        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => x.Root.GetRawText().Contains($"\"reason\":\"{reason}\"", StringComparison.Ordinal)), reason);
        await sandbox.UntilAsync(ResourceTypes.Jobs, j => j.Any(x => x.Root.TryGetProperty("status", out var status) && status.TryGetProperty("active", out var active) && active.GetInt32() == 1), "one active pod");
    }

    [Fact]
    public async Task Job_TimeToLiveOver_IsGone()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 26);
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("brief", """ "ttlSecondsAfterFinished":0, """, """ "image":"busybox","args":["true"] """));

        await sandbox.UntilAsync(ResourceTypes.Jobs, j => j.Count == 0, "no Jobs");
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Count == 0, "no pods");
    }

    [Fact]
    public async Task Job_OnTheSimulatedRuntime_EndsAsItsAnnotationsSay()
    {
        await using var sandbox = await TestSandbox.StartAsync(PodRuntimeKind.Simulated, seed: 27);
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("many", """ "completions":20,"parallelism":5, """, """ "image":"anything" """));
        await sandbox.ApplyAsync(ResourceTypes.Jobs, Job("bad", """ "backoffLimit":0, """, """ "image":"anything" """, """ {"annotations":{"sandbox.bascule.dev/exit-code":"1"} } """));

        await sandbox.UntilAsync(ResourceTypes.Jobs, j => j.Count(x => Holds(x, "Complete")) == 1 && j.Count(x => Holds(x, "Failed")) == 1, "both to end");

        Assert.Equal(20, Status(await sandbox.GetAsync(ResourceTypes.Jobs, "many")).GetProperty("succeeded").GetInt32());
    }

    private static bool Holds(KubeObject job, string type) =>
        Status(job).TryGetProperty("conditions", out var conditions) && conditions.EnumerateArray().Any(c => c.GetProperty("type").GetString() == type);

    private static JsonElement Status(KubeObject value) => value.Root.GetProperty("status");

    private static string Job(string name, string spec, string container, string metadata = "{}") => $$"""
        {"metadata":{"name":"{{name}}"},"spec":{ {{spec}} "template":{"metadata":{{metadata}},"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":2,"containers":[{"name":"main",{{container}} }]} } } }
        """;
}
