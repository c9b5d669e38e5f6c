using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Tests.Canary;

namespace Bascule.Lab.Tests.Manifests;

public sealed class LabManifestsTests
{
    [Fact]
    public void Canary_Rollout_HasTheStepsOfTheSeedAtThePaceAsked()
    {
        var rollout = Rollout.Read(KubeObject.From(LabManifests.Canary(TestLooks.Parameters with { Pace = TimeSpan.FromMinutes(1) })[^1].Body).Root);

        Assert.Equal(5, rollout.Replicas);
        Assert.Equal(
            ["setWeight: 20", "setWeight: 40", "setWeight: 60", "setWeight: 80"],
            rollout.Spec.Canary!.Steps.Where((_, i) => i % 2 == 0).Select(s => s.ToString()));
        Assert.All(rollout.Spec.Canary.Steps.Where((_, i) => i % 2 == 1), s => Assert.Contains("60s", s.ToString(), StringComparison.Ordinal));
        Assert.Equal(2, rollout.Spec.Canary.Analysis!.StartingStep);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.3, "0.3")]
    public void Canary_ErrorRate_IsTextAsEnvironmentVariablesMustBe(double rate, string expected)
    {
        var rollout = LabManifests.Canary(TestLooks.Parameters with { ErrorRate = rate, Version = "v2.0.0" })[^1].Body;

        var environment = rollout["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();

        Assert.True(JsonNode.DeepEquals(new JsonArray(
            new JsonObject { ["name"] = "VERSION", ["value"] = "v2.0.0" },
            new JsonObject { ["name"] = "ERROR_RATE", ["value"] = expected }), environment));
    }

    [Theory]
    [InlineData(1, "1s", "5s")]
    [InlineData(10, "2s", "10s")]
    [InlineData(60, "12s", "60s")]
    public void Canary_Pace_SetsIntervalAndWindowOfTheAnalysis(int pace, string interval, string window)
    {
        var template = LabManifests.Canary(TestLooks.Parameters with { Pace = TimeSpan.FromSeconds(pace) }).Single(m => m.Type.Kind == "AnalysisTemplate").Body;

        var metric = template["spec"]!["metrics"]![0]!;

        Assert.Equal(interval, metric["interval"]!.GetValue<string>());
        Assert.Contains($"[{window}]", metric["provider"]!["prometheus"]!["query"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Canary_NothingIsLeftToFillIn() =>
        Assert.All(LabManifests.Canary(TestLooks.Parameters), m => Assert.DoesNotContain("${", m.Body.ToJsonString(), StringComparison.Ordinal));
}
