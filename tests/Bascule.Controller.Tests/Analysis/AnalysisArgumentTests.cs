using System.Text.Json;
using Bascule.Api;
using Bascule.Kube;
using static Bascule.Controller.Tests.Analysis.TestJobWorld;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>Arguments on their way from a Rollout through templates into the process that measures.</summary>
public sealed class AnalysisArgumentTests
{
    [Fact]
    public async Task Rollout_WithTwoTemplatesInAStep_HasOneRunWithTheArgumentsOfBoth_E2E11()
    {
        await using var world = await TestJobWorld.StartAsync(11);
        await world.CreateAsync(ArgoResources.AnalysisTemplates, $$"""{"metadata":{"name":"first"},"spec":{"args":[{"name":"a","value":"1"}],"metrics":[{{Metric(""" "args":["test","{{args.a}}","=","1"] """, name: "one")}}]} }""");
        await world.CreateAsync(ArgoResources.AnalysisTemplates, $$"""{"metadata":{"name":"second"},"spec":{"args":[{"name":"a"},{"name":"b"}],"metrics":[{{Metric(""" "args":["test","{{args.a}}{{args.b}}","=","12"] """, name: "two")}}]} }""");
        await world.WithRolloutAsync(""" "steps":[{"analysis":{"templates":[{"templateName":"first"},{"templateName":"second"}],"args":[{"name":"b","value":"2"}]}}] """);

        var run = await world.UpdateAsync("Successful");

        Assert.Equal(["one", "two"], run.Root.GetProperty("spec").GetProperty("metrics").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(["a=1", "b=2"], Args(run));
        Assert.Single((await world.Client.ListAsync(ArgoResources.AnalysisRuns, "default", ListOptions.All, CancellationToken.None)).Items);
        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Healthy);
    }

    [Fact]
    public async Task Rollout_WithASecret_IsMeasuredWithItAndTellsNobody_E2E12()
    {
        await using var world = await TestJobWorld.StartAsync(12);
        await world.CreateAsync(ResourceTypes.Secrets, """{"metadata":{"name":"s"},"stringData":{"token":"hunter2"}}""");
        await world.CreateAsync(ArgoResources.AnalysisTemplates, $$"""
            {"metadata":{"name":"job"},"spec":{"args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"token"} } }],"metrics":[{{Metric(""" "args":["sh","-c","echo {{args.token}} | grep -q ^hunter.$"] """)}}]} }
            """);
        await world.WithRolloutAsync(""" "steps":[{"analysis":{"templates":[{"templateName":"job"}]}}] """);

        var run = await world.UpdateAsync("Successful");

        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Healthy);
        var events = await world.Client.ListAsync(ResourceTypes.Events, "default", ListOptions.All, CancellationToken.None);
        Assert.DoesNotContain("hunter2", run.Root.GetRawText() + string.Concat(events.Items.Where(e => e.Root.GetRawText().Contains("argoproj.io", StringComparison.Ordinal)).Select(e => e.Root.GetRawText())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "steps":[{"setWeight":50},{"analysis":{ANALYSIS}}] """)]
    [InlineData(""" "analysis":{ANALYSIS},"steps":[{"setWeight":50},{"pause":{}}] """)]
    public async Task Rollout_WithArguments_PassesDefaultsOverridesAndItsOwnFields_E2E13(string strategy)
    {
        await using var world = await TestJobWorld.StartAsync(13);
        await world.CreateAsync(ArgoResources.AnalysisTemplates, $$"""
            {"metadata":{"name":"job"},"spec":{"args":[{"name":"kept","value":"kept"},{"name":"changed","value":"old"},{"name":"read"}],
             "metrics":[{{Metric(""" "args":["test","{{args.kept}} {{args.changed}} {{args.read}}","=","kept new web"] """, more: """ "count":3,"interval":"1s", """)}}]} }
            """);
        await world.WithRolloutAsync(strategy.Replace("ANALYSIS", """ "templates":[{"templateName":"job"}],"args":[{"name":"changed","value":"new"},{"name":"read","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}] """, StringComparison.Ordinal));

        var run = await world.UpdateAsync("Successful");

        Assert.Equal(["kept=kept", "changed=new", "read=web"], Args(run));
        Assert.Equal(3, run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("successful").GetInt32());
    }

    private static IEnumerable<string> Args(KubeObject run) =>
        run.Root.GetProperty("spec").GetProperty("args").EnumerateArray().Select(a => $"{Text(a, "name")}={Text(a, "value")}");

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();
}
