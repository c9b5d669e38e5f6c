using System.Globalization;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>What holds for a Rollout of any strategy: how its template is read and written, and how scripts wait for it.</summary>
public sealed class FunctionalTests(Cluster cluster)
{
    private const string Half =
        """
        steps:
        - setWeight: 50
        - pause: {}
        """;

    /// <summary>One of every kind with a memory request that is no quantity, as the fixtures of the reference have it.</summary>
    private static readonly string Malformed =
        $"""
        {MalformedJob("AnalysisTemplate")}
        ---
        {MalformedJob("AnalysisRun")}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Experiment
        metadata:
          name: malformed
        spec:
          duration: 30s
          templates:
          - name: canary
            selector:
              matchLabels:
                app: malformed
            template:
              metadata:
                labels:
                  app: malformed
              spec:
                containers:
                - name: malformed
                  image: busybox
                  resources:
                    requests:
                      memory: invalid
        """;

    [Fact]
    public async Task Scaling_WhilePaused_KeepsTheShares_E2E41()
    {
        await using var space = await cluster.NewSpaceAsync();
        const string Quarter =
            """
            steps:
            - setWeight: 25
            - pause: {}
            """;
        await space.ApplyAsync(Manifests.Goprom("v1", Quarter, replicas: 1));
        await space.PhaseAsync("goprom", "Healthy");
        await space.ApplyAsync(Manifests.Goprom("v2", Quarter, replicas: 1));
        await space.PausedAtStepAsync("goprom", 1);
        await space.UntilPodsAsync("goprom", canary: 1, stable: 1);

        (await space.KubectlAsync("scale", "rollout", "goprom", "--replicas", "8")).Succeeded();
        await space.UntilPodsAsync("goprom", canary: 2, stable: 6);

        (await space.KubectlAsync("scale", "rollout", "goprom", "--replicas", "4")).Succeeded();
        await space.UntilPodsAsync("goprom", canary: 1, stable: 3);
        await space.PausedAtStepAsync("goprom", 1);
    }

    [Fact]
    public async Task VolumeItems_AreKept_AndMakeNoFurtherVersion_E2E84()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
            data:
              game.properties: lives=5
              colours.properties: good=purple
            """);
        var manifest = Manifests.Goprom("v1", Half, replicas: 1) +
            """

                    volumeMounts:
                    - name: settings
                      mountPath: /config
                      readOnly: true
                  volumes:
                  - name: settings
                    configMap:
                      name: settings
                      items:
                      - key: game.properties
                        path: game.properties
                      - key: colours.properties
                        path: colours.properties
            """;
        await space.ApplyAsync(manifest);
        await space.PhaseAsync("goprom", "Healthy");

        // Scaling makes the controller read the template again, and compare it with what it made of it.
        (await space.KubectlAsync("scale", "rollout", "goprom", "--replicas", "2")).Succeeded();
        await space.UntilPodsAsync("goprom", canary: 2, stable: 0);
        await space.PhaseAsync("goprom", "Healthy");

        var set = Assert.Single(await space.ReplicaSetsAsync());
        Assert.Equal("1", set["metadata"]!["annotations"]!["rollout.argoproj.io/revision"]!.GetValue<string>());
        Assert.Equal(
            """[{"key":"game.properties","path":"game.properties"},{"key":"colours.properties","path":"colours.properties"}]""",
            set["spec"]!["template"]!["spec"]!["volumes"]![0]!["configMap"]!["items"]!.ToJsonString());
    }

    [Fact]
    public async Task Objects_OfWrongTypes_HoldUpNobodyElse_E2E85()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Malformed);
        await space.ApplyAsync(Manifests.Goprom("bad", Half, replicas: 1).Replace("name: goprom\nspec", "name: malformed\nspec", StringComparison.Ordinal)
            + "\n        resources:\n          requests:\n            memory: invalid\n");
        var malformed = await space.PhaseAsync("malformed", "Degraded");
        Assert.Contains("spec.template.spec.containers[0].resources.requests[memory]: Invalid value: \"invalid\"", Space.Text(malformed, "message"), StringComparison.Ordinal);

        await space.ApplyAsync(Manifests.Goprom("v1", Half, replicas: 1));
        await space.PhaseAsync("goprom", "Healthy");
        await space.ApplyAsync(Manifests.Goprom("v2", Half, replicas: 1));
        await space.PausedAtStepAsync("goprom", 1);
        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
    }

    [Fact]
    public async Task Quantities_InAnyNotation_AreTheSameVersion_E2E86()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Sleepers("0.001", "'0.001'", "1m"));
        var first = Space.Text(await space.PhaseAsync("sleepers", "Healthy"), "currentPodHash");

        // All at once in another notation, and one pod more, so that there is something to wait for.
        await space.ApplyAsync(Sleepers("1m", "0.0010", "1e-3").Replace("replicas: 1", "replicas: 2", StringComparison.Ordinal));
        var second = await space.RolloutAsync("sleepers", r => Space.Text(r, "phase") == "Healthy" && Space.Text(r, "availableReplicas") == "2", "healthy with two pods");

        Assert.Equal(first, Space.Text(second, "currentPodHash"));
        Assert.Single(await space.ReplicaSetsAsync());
        var pods = JsonNode.Parse((await space.KubectlAsync("get", "pods", "-l", "app=sleepers", "-o", "json")).Succeeded())!["items"]!.AsArray();
        Assert.Equal(2, pods.Count);
        Assert.All(
            pods.SelectMany(p => p!["spec"]!["containers"]!.AsArray()),
            c => Assert.Equal(0.001, Cores(c!["resources"]!["requests"]!["cpu"]!.GetValue<string>())));

        static double Cores(string quantity) =>
            quantity.EndsWith('m') ? double.Parse(quantity[..^1], CultureInfo.InvariantCulture) / 1000 : double.Parse(quantity, CultureInfo.InvariantCulture);

        static string Sleepers(params string[] cpu) =>
            $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata:
              name: sleepers
            spec:
              replicas: 1
              selector:
                matchLabels:
                  app: sleepers
              strategy:
                canary: {}
              template:
                metadata:
                  labels:
                    app: sleepers
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
            {{string.Concat(cpu.Select((c, i) =>
                $$"""
                      - name: sleeper-{{i}}
                        image: busybox
                        command: [sleep, infinity]
                        resources:
                          requests:
                            cpu: {{c}}

                """))}}
            """;
    }

    [Fact]
    public async Task Scripts_CanWaitForConditionsWithKubectl_E2E94()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Service("active"));
        const string Strategy =
            """
            activeService: active
            autoPromotionEnabled: false
            """;
        await space.ApplyAsync(Manifests.GopromBlueGreen("v1", Strategy, replicas: 1));
        await WaitAsync("Healthy");
        await WaitAsync("Completed");

        await space.ApplyAsync(Manifests.GopromBlueGreen("v2", Strategy, replicas: 1));
        await WaitAsync("Completed=False");
        await WaitAsync("Paused");
        await WaitAsync("Healthy=False");
        Assert.Equal("Paused", Space.Text(await space.RolloutAsync("goprom", _ => true, "there"), "phase"));

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await WaitAsync("Paused=False");
        await WaitAsync("Completed");
        await WaitAsync("Healthy=True");
        await space.PhaseAsync("goprom", "Healthy");

        async Task WaitAsync(string condition) =>
            Assert.Equal(
                "rollout.argoproj.io/goprom condition met",
                (await space.KubectlAsync("wait", $"--for=condition={condition}", "rollout/goprom", "--timeout=50s")).Succeeded().Trim());
    }

    /// <summary>An object whose metric is measured by a Job that wants an amount of memory that is none.</summary>
    private static string MalformedJob(string kind) =>
        $"""
        apiVersion: argoproj.io/v1alpha1
        kind: {kind}
        metadata:
          name: malformed
        spec:
          metrics:
          - name: test
            provider:
              job:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - name: sleep
                        image: busybox
                        resources:
                          requests:
                            memory: invalid
        """;
}
