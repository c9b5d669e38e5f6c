using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Tests.Strategies;

public sealed class AllStrategiesTests
{
    private static readonly LabOptions Options = new() { RunDirectory = "", Begun = 0, Bad = true };

    public static TheoryData<string> Names => [.. All.Select(s => s.Name)];

    private static IEnumerable<Strategy> All => AllStrategies.List.Concat(AllStrategies.List.Select(s => s.ByRollout).OfType<Strategy>());

    [Fact]
    public void List_NamesAreDistinct_AndReadAsCommands() =>
        Assert.All(All.GroupBy(s => s.Name), g => Assert.Matches("^[a-z]+(-[a-z]+)*$", Assert.Single(g).Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Objects_OfBothVersions_AreComplete_AndThePodsSayWhichTheyAre(string name)
    {
        var strategy = All.Single(s => s.Name == name);
        foreach (var version in new[] { LabOptions.StableVersion, LabOptions.CanaryVersion })
        {
            var objects = strategy.Objects(Options.ParametersOf(version));

            Assert.All(objects, o => Assert.DoesNotContain("${", o.Body.ToJsonString(), StringComparison.Ordinal));
            Assert.Contains(objects, o => o.Type.Kind == "Service");
            var workloads = objects.Where(o => o.Type.Kind is "Deployment" or "Rollout").ToList();
            Assert.NotEmpty(workloads);
            Assert.All(workloads, w => Assert.True(strategy.IsOfVersion(w), $"{w.Name} comes with each version"));
            Assert.All(workloads, w => AssertIsOf(version, w.Body["spec"]!["template"]!));
        }
    }

    public static TheoryData<string> Rollouts => [.. AllStrategies.List.Select(s => s.ByRollout).OfType<Strategy>().Select(s => s.Name)];

    [Fact]
    public void ByRollout_EveryStrategyHasOne_ButTheOneThatMovesTwoServicesByOneWrite() =>
        Assert.Equal(["blue-green-multi"], AllStrategies.List.Where(s => s.ByRollout is null).Select(s => s.Name));

    /// <summary>Both versions differ in their pods and in what the analysis looks at, so that one apply is the update.</summary>
    [Theory]
    [MemberData(nameof(Rollouts))]
    public void ByRollout_TheRollout_IsValid_AndRefersToWhatComesWithIt(string name)
    {
        var objects = All.Single(s => s.Name == name).Objects(Options.ParametersOf(LabOptions.CanaryVersion) with { Prometheus = new Uri("http://127.0.0.1:9090") });
        var rollout = Rollout.Read(KubeObject.From(objects.Single(o => o.Type == ArgoResources.Rollouts).Body).Root);

        Assert.Empty(RolloutValidation.Errors(rollout));
        Assert.Contains(objects, o => o.Type == ArgoResources.AnalysisTemplates && o.Name == "success-rate");
        Assert.Contains(objects, o => o.Type == ResourceTypes.Services && o.Name == "goprom");
    }

    [Theory]
    [InlineData("ab-testing-match")]
    [InlineData("shadow-mirror")]
    public void Manifest_OfAStep_IsComplete(string manifest) => Assert.All(
        LabManifests.Read($"{manifest}.yaml", Options.ParametersOf(LabOptions.CanaryVersion)),
        o => Assert.DoesNotContain("${", o.Body.ToJsonString(), StringComparison.Ordinal));

    [Theory]
    [InlineData("recreate", true)]
    [InlineData("ramped", true)]
    [InlineData("blue-green", false)]
    [InlineData("canary-native", false)]
    [InlineData("canary-istio", false)]
    public void Objects_OneDeploymentForBothVersions_OrOneEach(string name, bool shared)
    {
        var strategy = AllStrategies.List.Single(s => s.Name == name);
        var names = new[] { LabOptions.StableVersion, LabOptions.CanaryVersion }.Select(v => strategy.Objects(Options.ParametersOf(v)).Single(o => o.Type.Kind == "Deployment").Name);

        Assert.Equal(shared ? ["goprom", "goprom"] : ["goprom-v1", "goprom-v2"], names);
    }

    [Theory]
    [InlineData(LabOptions.StableVersion, 10)]
    [InlineData(LabOptions.CanaryVersion, 1)]
    public void CanaryNative_BeginsWithAllPodsOfTheOldVersion_AndOneOfTheNew(string version, int pods) =>
        Assert.Equal(pods, new CanaryNative().Objects(Options.ParametersOf(version)).Single(o => o.Type.Kind == "Deployment").Body["spec"]!["replicas"]!.GetValue<long>());

    private static void AssertIsOf(string version, JsonNode pods)
    {
        Assert.Equal(version, pods["metadata"]!["labels"]!["version"]!.GetValue<string>());
        var environment = pods["spec"]!["containers"]![0]!["env"]!.AsArray().ToDictionary(e => e!["name"]!.GetValue<string>(), e => e!["value"]!.GetValue<string>());
        Assert.Equal(version, environment["VERSION"]);
        Assert.Equal(version == LabOptions.CanaryVersion ? "0.3" : "0", environment["ERROR_RATE"]);
    }
}
