using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

public sealed class PodLifeTests
{
    [Fact]
    public async Task Pod_Environment_HoldsWhatIsDeclaredAndLittleElse()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 11);
        await sandbox.ApplyAsync(ResourceTypes.ConfigMaps, """{"metadata":{"name":"settings"},"data":{"COLOUR":"blue"}}""");
        await sandbox.ApplyAsync(ResourceTypes.Secrets, """{"metadata":{"name":"hidden"},"data":{"word":"c2VzYW1l"}}""");
        await RunAsync(
            sandbox,
            """
            ,"args":["env; echo GREETING=$(GREETING)"],
            "envFrom":[{"prefix":"CFG_","configMapRef":{"name":"settings"} }],
            "env":[{"name":"NAME","value":"world"},{"name":"GREETING","value":"hello $(NAME)"},
                   {"name":"WORD","valueFrom":{"secretKeyRef":{"name":"hidden","key":"word"} } },
                   {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"} } },
                   {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"} } }],
            "resources":{"limits":{"cpu":"1500m"} }
            """);

        var pod = (await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Phase(x) == "Succeeded"), "the pod to end"))[0];
        var lines = (await sandbox.KubectlAsync("logs one")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("CFG_COLOUR=blue", lines);
        Assert.Contains("GREETING=hello world", lines);
        Assert.Contains("WORD=sesame", lines);
        Assert.Contains("CPU=2", lines);
        Assert.Contains("HOSTNAME=one", lines);
        Assert.Contains($"IP={Status(pod).GetProperty("podIP").GetString()}", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("KUBECONFIG=", StringComparison.Ordinal) || l.StartsWith("DOTNET_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Container_Crashing_IsRestartedAtOnceAndThenBacksOff()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 12);
        await RunAsync(sandbox, ""","args":["echo run; exit 3"]""", policy: "Always");

        var pod = (await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Reason(x) == "CrashLoopBackOff"), "CrashLoopBackOff"))[0];

        var container = Status(pod).GetProperty("containerStatuses")[0];
        Assert.Equal(1, container.GetProperty("restartCount").GetInt32());
        Assert.Equal(3, container.GetProperty("lastState").GetProperty("terminated").GetProperty("exitCode").GetInt32());
        Assert.Equal("run\n", await sandbox.KubectlAsync("logs one --previous"));
    }

    [Fact]
    public async Task Container_LivenessFails_IsRestarted()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 13);
        await RunAsync(sandbox, ""","args":["exec sleep 1000"],"livenessProbe":{"exec":{"command":["false"]},"periodSeconds":1,"failureThreshold":1}""", policy: "Always");

        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => x.Root.GetRawText().Contains("\"exitCode\":143", StringComparison.Ordinal)), "an end by SIGTERM");

        Assert.Contains("failed liveness probe, will be restarted", await sandbox.KubectlAsync("get events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_Deleted_GetsItsHookItsSignalAndItsTime()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 14);
        var witness = Path.Combine(Path.GetDirectoryName(sandbox.Cluster.KubeconfigPath)!, "witness");
        await RunAsync(
            sandbox,
            $$""","args":["trap 'echo term >> {{witness}}; exit 0' TERM; while true; do sleep 0.05; done"],"lifecycle":{"preStop":{"exec":{"command":["sh","-c","echo hook >> {{witness}}"]} } }""");
        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Phase(x) == "Running"), "the pod to run");
        await sandbox.KubectlAsync("wait --for=condition=Ready pod/one --timeout=20s");

        await sandbox.KubectlAsync("delete pod one --timeout=20s");

        Assert.Equal(["hook", "term"], await File.ReadAllLinesAsync(witness));
    }

    [Fact]
    public async Task InitContainers_RunInOrderBeforeTheOthers()
    {
        await using var sandbox = await TestSandbox.StartAsync(seed: 15);
        var witness = Path.Combine(Path.GetDirectoryName(sandbox.Cluster.KubeconfigPath)!, "witness");
        await sandbox.ApplyAsync(ResourceTypes.Pods, $$"""
            {"metadata":{"name":"one"},"spec":{"restartPolicy":"Never",
              "initContainers":[{"name":"first","image":"shell","args":["echo first >> {{witness}}"]},{"name":"second","image":"shell","args":["echo second >> {{witness}}"]}],
              "containers":[{"name":"main","image":"shell","args":["echo main >> {{witness}}"]}]} }
            """);

        await sandbox.UntilAsync(ResourceTypes.Pods, p => p.Any(x => Phase(x) == "Succeeded"), "the pod to end");

        Assert.Equal(["first", "second", "main"], await File.ReadAllLinesAsync(witness));
    }

    [Fact]
    public async Task Simulated_Pods_BecomeReadyWithoutProcesses()
    {
        await using var sandbox = await TestSandbox.StartAsync(PodRuntimeKind.Simulated, seed: 16);
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 50, image: "anything"));

        await sandbox.UntilAsync(ResourceTypes.Deployments, d => d.Any(x => Status(x).TryGetProperty("availableReplicas", out var available) && available.GetInt32() == 50), "50 available pods");
    }

    private static Task RunAsync(TestSandbox sandbox, string container, string policy = "Never") =>
        sandbox.ApplyAsync(ResourceTypes.Pods, $$"""{"metadata":{"name":"one"},"spec":{"restartPolicy":"{{policy}}","terminationGracePeriodSeconds":5,"containers":[{"name":"main","image":"shell"{{container}} }]} }""");

    private static JsonElement Status(KubeObject value) => value.Root.GetProperty("status");

    private static string? Phase(KubeObject pod) => Status(pod).GetProperty("phase").GetString();

    private static string? Reason(KubeObject pod) =>
        Status(pod).TryGetProperty("containerStatuses", out var statuses) && statuses[0].GetProperty("state").TryGetProperty("waiting", out var waiting) ? waiting.GetProperty("reason").GetString() : null;
}
