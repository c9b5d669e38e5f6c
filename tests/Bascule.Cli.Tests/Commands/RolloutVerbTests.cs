using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Tests.Commands;

public sealed class RolloutVerbTests
{
    private static readonly ObjectKey Web = new("default", "web");

    [Theory]
    [InlineData("abort", "rollout 'web' aborted", "status", "abort", "true")]
    [InlineData("retry", "rollout 'web' retried", "status", "abort", "false")]
    [InlineData("pause", "rollout 'web' paused", "spec", "paused", "true")]
    public async Task Action_Asked_IsSentAndSaid(string verb, string said, string part, string field, string value)
    {
        var program = await WithRolloutAsync();

        var run = await program.RunAsync(verb, "web");

        Assert.Equal((ExitCodes.Ok, said, ""), (run.Code, run.Output.TrimEnd(), run.Error));
        Assert.Equal(value, (await ReadAsync(program))[part]![field]!.ToJsonString());
    }

    [Fact]
    public async Task Restart_IsOfThePodsOfThisSecondToo_CLI7()
    {
        var program = await WithRolloutAsync();

        var run = await program.RunAsync("restart", "web");

        Assert.Equal((ExitCodes.Ok, "rollout 'web' restarts its pods", ""), (run.Code, run.Output.TrimEnd(), run.Error));
        Assert.Equal("\"2026-01-02T03:04:06Z\"", (await ReadAsync(program))["spec"]!["restartAt"]!.ToJsonString());
    }

    [Theory]
    [InlineData("--skip-current-step", 1)]
    [InlineData("--skip-all-steps", 2)]
    public async Task Promote_SkippingSteps_SaysWhereToGoOn_CLI6(string option, int step)
    {
        var program = await WithRolloutAsync();

        var run = await program.RunAsync("promote", "web", option);

        Assert.Equal((ExitCodes.Ok, "rollout 'web' promoted"), (run.Code, run.Output.TrimEnd()));
        Assert.Equal(step, (await ReadAsync(program))["status"]!["currentStepIndex"]!.GetValue<int>());
        Assert.Equal(ExitCodes.Usage, (await program.RunAsync("promote", "web", option, "--full")).Code);
    }

    [Fact]
    public async Task SetImage_Given_ChangesOnlyThatImage()
    {
        var program = await WithRolloutAsync();

        var run = await program.RunAsync("set", "image", "web", "web=web:2");

        Assert.Equal("rollout 'web' image updated", run.Output.TrimEnd());
        Assert.Equal("web:2", (await ReadAsync(program))["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
    }

    [Fact]
    public async Task SetImage_UnknownContainer_FailsAndChangesNothing()
    {
        var program = await WithRolloutAsync();
        var before = await ReadAsync(program);

        var run = await program.RunAsync("set", "image", "web", "db=db:2");

        Assert.Equal((ExitCodes.Error, ""), (run.Code, run.Output));
        Assert.Contains("has no container \"db\"; it has: web", run.Error, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(before, await ReadAsync(program)));
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("promote")]
    [InlineData("explain")]
    [InlineData("status")]
    public async Task UnknownRollout_NamesThoseThereAre(string verb)
    {
        var run = await (await WithRolloutAsync()).RunAsync(verb, "wbe");

        Assert.Equal((ExitCodes.Error, ""), (run.Code, run.Output));
        Assert.Contains("rollout \"wbe\" not found in namespace \"default\"; it has: web", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRollout_ThatIsElsewhere_SaysWhere()
    {
        var run = await (await WithRolloutAsync()).RunAsync("abort", "web", "-n", "kube-public");

        Assert.Contains("there is one in: default; add --namespace default", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClusterWithoutOurKinds_SaysHowToInstallThem()
    {
        var run = await new TestProgram().RunAsync("abort", "web");

        Assert.Equal(ExitCodes.Error, run.Code);
        Assert.Contains("bascule crds | kubectl apply --server-side -f -", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetRollout_AsJsonAndYaml_SaysTheSame()
    {
        var program = await WithRolloutAsync();

        var json = JsonNode.Parse((await program.RunAsync("get", "rollout", "web", "-o", "json")).Output);
        var yaml = Kube.Yaml.YamlReader.ReadAll((await program.RunAsync("get", "rollout", "web", "-o", "yaml")).Output)[0].Root;

        Assert.Equal("web", json!["name"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(json, yaml), $"{json}\n---\n{yaml}");
    }

    [Fact]
    public async Task GetRollout_ForPeople_ShowsNumbersAndTree()
    {
        var run = await (await WithRolloutAsync()).RunAsync("get", "rollout", "web");

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Matches(@"(?m)^Name:\s+web$", run.Output);
        Assert.Matches(@"(?m)^⟳ web\s+Rollout\s+◌ Progressing", run.Output);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListRollouts_Several_AreSortedUnderTheirHeader()
    {
        var program = await WithRolloutAsync();
        await CreateAsync(program, "api");

        var run = await program.RunAsync("list", "rollouts");

        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(["NAME", "api", "web"], lines.Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public async Task ListRollouts_None_SaysSoOnStandardError()
    {
        var run = await (await TestProgram.StartAsync()).RunAsync("list", "rollouts");

        Assert.Equal((ExitCodes.Ok, ""), (run.Code, run.Output));
        Assert.Contains("no rollouts in namespace \"default\"", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NewRollout_SaysWhatComesNext()
    {
        var run = await (await WithRolloutAsync()).RunAsync("explain", "web");

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("• making ReplicaSet web-", run.Output, StringComparison.Ordinal);
        Assert.Contains("→ next: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AsJson_HasKindsForMachines()
    {
        var run = await (await WithRolloutAsync()).RunAsync("explain", "web", "-o", "json");

        Assert.NotEmpty(JsonNode.Parse(run.Output)!["reasons"]!.AsArray().Select(r => r!["kind"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("v1alpha3", "", "", true)]
    [InlineData("v1", "", "", true)]
    [InlineData("v1", "--istio-api-version v1", "", true)]
    [InlineData("v1", "", "the controller looks elsewhere", false)]
    [InlineData("", "", "", false)]
    public async Task Explain_RoutedRollout_LooksInTheVersionThatIsServed(string served, string options, string condition, bool found)
    {
        var program = await TestProgram.StartAsync();
        await CreateRoutedAsync(program, served);
        if (condition.Length > 0)
        {
            var status = JsonNode.Parse($$"""{"conditions":[{"type":"TrafficRoutingReady","status":"False","reason":"RoutingKindNotServed","message":"{{condition}}","lastUpdateTime":"2026-01-01T00:00:00Z","lastTransitionTime":"2026-01-01T00:00:00Z"}]}""")!;
            await program.Client.PatchAsync(ArgoResources.Rollouts, Web, Patch.Merge(new JsonObject { ["status"] = status }), "status", CancellationToken.None);
        }

        var run = await program.RunAsync(["explain", "web", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((ExitCodes.Ok, ""), (run.Code, run.Error));
        Assert.Equal(found, run.Output.Contains("\"web\" not found in namespace \"default\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Healthy", "", "{}", ExitCodes.Ok)]
    [InlineData("Degraded", "ProgressDeadlineExceeded", "{}", ExitCodes.Error)]
    [InlineData("Degraded", "RolloutAborted", """{"abort":true}""", ExitCodes.RolledBack)]
    public async Task Status_WhenDone_EndsWithTheOutcome(string phase, string message, string more, int code)
    {
        var program = await WithRolloutAsync();
        var status = JsonNode.Parse(more)!.AsObject();
        status["phase"] = phase;
        status["message"] = message;
        status["observedGeneration"] = "1";
        await program.Client.PatchAsync(ArgoResources.Rollouts, Web, Patch.Merge(new JsonObject { ["status"] = status }), "status", CancellationToken.None);

        var run = await program.RunAsync("status", "web");

        Assert.Equal((code, message.Length == 0 ? phase : $"{phase} - {message}"), (run.Code, run.Output.TrimEnd()));
    }

    [Fact]
    public async Task Crds_Printed_AreTheFourKinds()
    {
        var run = await new TestProgram().RunAsync("crds");

        var kinds = Kube.Yaml.YamlReader.ReadAll(run.Output).Select(d => d.Root["spec"]!["names"]!["kind"]!.GetValue<string>());
        Assert.Superset(new HashSet<string> { "Rollout", "AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate" }, kinds.ToHashSet());
    }

    private static async Task<TestProgram> WithRolloutAsync()
    {
        var program = await TestProgram.StartAsync();
        await CreateAsync(program, "web");
        return program;
    }

    /// <summary>A Rollout whose VirtualService does not exist.</summary>
    /// <param name="program">Where.</param>
    /// <param name="served">The only version of VirtualServices; empty for none.</param>
    private static async Task CreateRoutedAsync(TestProgram program, string served)
    {
        if (served.Length > 0)
        {
            await program.Client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, JsonNode.Parse($$"""
                {
                  "metadata": { "name": "virtualservices.networking.istio.io" },
                  "spec": {
                    "group": "networking.istio.io", "scope": "Namespaced", "names": { "plural": "virtualservices", "kind": "VirtualService" },
                    "versions": [ { "name": "{{served}}", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } } ]
                  }
                }
                """)!.AsObject(), CancellationToken.None);
        }

        foreach (var service in (string[])["stable", "canary"])
        {
            await program.Client.CreateAsync(ResourceTypes.Services, "default", JsonNode.Parse($$"""
                { "metadata": { "name": "{{service}}" }, "spec": { "selector": { "app": "web" }, "ports": [ { "port": 80 } ] } }
                """)!.AsObject(), CancellationToken.None);
        }

        await CreateAsync(program, "web");
        var canary = JsonNode.Parse("""{"canaryService":"canary","stableService":"stable","trafficRouting":{"istio":{"virtualService":{"name":"web"}}}}""")!;
        await program.Client.PatchAsync(
            ArgoResources.Rollouts, Web, Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["strategy"] = new JsonObject { ["canary"] = canary } } }), null, CancellationToken.None);
    }

    private static Task<KubeObject> CreateAsync(TestProgram program, string name) => program.Client.CreateAsync(
        ArgoResources.Rollouts,
        "default",
        JsonNode.Parse($$"""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "{{name}}" },
              "spec": {
                "replicas": 2,
                "selector": { "matchLabels": { "app": "{{name}}" } },
                "template": { "metadata": { "labels": { "app": "{{name}}" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } },
                "strategy": { "canary": { "steps": [ { "setWeight": 50 }, { "pause": {} } ] } }
              }
            }
            """)!.AsObject(),
        CancellationToken.None);

    private static async Task<JsonObject> ReadAsync(TestProgram program) =>
        (await program.Client.GetAsync(ArgoResources.Rollouts, Web, CancellationToken.None)).ToNode();
}
