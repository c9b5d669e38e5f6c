using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>Experiments, by themselves and as a step of a canary.</summary>
public sealed class ExperimentTests(Cluster cluster)
{
    private const string Template =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata:
          name: compare
        spec:
          args:
          - name: prometheus
          - name: value
          - name: baseline-hash
          - name: canary-hash
          metrics:
          - name: compare
            successCondition: result[0] == 1
            provider:
              prometheus:
                address: "{{args.prometheus}}"
                query: vector({{args.value}})
        """;

    [Fact]
    public async Task Experiment_WithAService_LivesAsLongAsAsked_AndLeavesNothingRunning_E2E71()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Experiment("trial", "scaleDownDelaySeconds: 1", "service: {name: trial-one}"));
        await space.ApplyAsync(Experiment("short", "duration: 1s\n  scaleDownDelaySeconds: 1", ""));

        await ExperimentAsync(space, "trial", "Running");
        var service = Assert.Single(await Space.UntilAsync(() => space.ListAsync("service"), s => s.Length > 0, "a Service for the trial's pods"));
        Assert.Equal(("trial-one", 8080), (service["metadata"]!["name"]!.GetValue<string>(), service["spec"]!["ports"]![0]!["port"]!.GetValue<int>()));
        await cluster.UntilAsync(space.Name, "endpoints", "trial-one", e => e["subsets"]?[0]?["addresses"]?.AsArray().Count == 1, "leading to the pod");

        (await space.BasculeAsync("terminate", "experiment", "trial")).Succeeded();
        await ExperimentAsync(space, "trial", "Successful");
        await Space.UntilAsync(() => space.ListAsync("service"), s => s.Length == 0, "the Service to be gone");
        await ExperimentAsync(space, "short", "Successful");
        await Space.UntilAsync(space.ReplicaSetsAsync, sets => sets.Length == 2 && sets.All(s => s["spec"]!["replicas"]!.GetValue<int>() == 0), "no size of either");
        await Space.UntilAsync(() => space.ListAsync("pods"), p => p.Length == 0, "the pods to be gone");
    }

    [Fact]
    public async Task Experiment_OfAStep_DecidesWhetherTheUpdateGoesOn_E2E70()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Template);
        await space.ApplyAsync(Manifests.Goprom("v1", Steps(prometheus, "0"), replicas: 1));
        var v1 = Space.Text(await space.PhaseAsync("goprom", "Healthy"), "stableRS");

        await space.ApplyAsync(Manifests.Goprom("v2", Steps(prometheus, "0"), replicas: 1));
        var aborted = await space.PhaseAsync("goprom", "Degraded");
        Assert.StartsWith("RolloutAborted: ", Space.Text(aborted, "message"), StringComparison.Ordinal);
        Assert.Equal(v1, Space.Text(aborted, "stableRS"));
        Assert.Equal("Failed", Space.Text(Assert.Single(await space.ListAsync("experiment")), "phase"));

        await space.ApplyAsync(Manifests.Goprom("v2", Steps(prometheus, "1"), replicas: 1));
        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        var healthy = await space.PhaseAsync("goprom", "Healthy");
        Assert.NotEqual(v1, Space.Text(healthy, "stableRS"));
        var experiments = await space.ListAsync("experiment");
        Assert.Equal(["Failed", "Successful"], experiments.Select(e => Space.Text(e, "phase")!).Order(StringComparer.Ordinal));

        // The analysis was told which pods are which, and both versions' pods of the trials are gone again.
        var good = experiments.Single(e => Space.Text(e, "phase") == "Successful");
        var run = await cluster.UntilAsync(space.Name, "analysisrun", good["status"]!["analysisRuns"]![0]!["analysisRun"]!.GetValue<string>(), _ => true, "there");
        var trials = (await space.ReplicaSetsAsync()).ToDictionary(r => r["metadata"]!["name"]!.GetValue<string>(), r => r["metadata"]!["labels"]!["rollouts-pod-template-hash"]!.GetValue<string>());
        Assert.Equal(
            new[] { "baseline", "canary" }.Select(name => trials[$"{good["metadata"]!["name"]}-{name}"]),
            new[] { "baseline-hash", "canary-hash" }.Select(name => run["spec"]!["args"]!.AsArray().Single(a => a!["name"]!.GetValue<string>() == name)!["value"]!.GetValue<string>()));
        await Space.UntilAsync(
            async () => (await space.ReplicaSetsAsync()).Where(s => s["metadata"]!["ownerReferences"]![0]!["kind"]!.GetValue<string>() == "Experiment").ToArray(),
            sets => sets.Length == 4 && sets.All(s => s["spec"]!["replicas"]!.GetValue<int>() == 0),
            "the trials' pods to be gone");
    }

    private static string Experiment(string name, string settings, string service) =>
        $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Experiment
        metadata:
          name: {{name}}
        spec:
          {{settings}}
          templates:
          - name: one
            {{service}}
            selector:
              matchLabels:
                app: {{name}}
            template:
              metadata:
                labels:
                  app: {{name}}
              spec:
                terminationGracePeriodSeconds: 1
                containers:
                - name: goprom
                  image: {{Cluster.Image}}
                  ports:
                  - name: http
                    containerPort: 8080
                  env:
                  - name: VERSION
                    value: {{name}}
        """;

    private static string Steps(TestPrometheus prometheus, string value) =>
        $$$"""
        steps:
        - experiment:
            scaleDownDelaySeconds: 0
            templates:
            - name: baseline
              specRef: stable
            - name: canary
              specRef: canary
            analyses:
            - name: compare
              templateName: compare
              requiredForCompletion: true
              args:
              - name: prometheus
                value: {{{prometheus.Address}}}
              - name: value
                value: "{{{value}}}"
              - name: baseline-hash
                value: "{{templates.baseline.podTemplateHash}}"
              - name: canary-hash
                value: "{{templates.canary.podTemplateHash}}"
        """;

    private Task<JsonNode> ExperimentAsync(Space space, string name, string phase) =>
        cluster.UntilAsync(space.Name, "experiment", name, e => Space.Text(e, "phase") == phase, phase);
}
