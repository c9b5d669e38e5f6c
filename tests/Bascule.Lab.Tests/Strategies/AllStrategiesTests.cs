using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Tests.Strategies;

public sealed class AllStrategiesTests
{
    private static readonly LabOptions Options = new() { RunDirectory = "", Begun = 0, Bad = true };

    public static TheoryData<string> Names => [.. AllStrategies.List.Select(s => s.Name)];

    [Fact]
    public void List_NamesAreDistinct_AndReadAsCommands() =>
        Assert.All(AllStrategies.List.GroupBy(s => s.Name), g => Assert.Matches("^[a-z]+(-[a-z]+)*$", Assert.Single(g).Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Objects_OfBothVersions_AreComplete_AndThePodsSayWhichTheyAre(string name)
    {
        var strategy = AllStrategies.List.Single(s => s.Name == name);
        foreach (var version in new[] { LabOptions.StableVersion, LabOptions.CanaryVersion })
        {
            var objects = strategy.Objects(Options.ParametersOf(version));

            Assert.All(objects, o => Assert.DoesNotContain("${", o.Body.ToJsonString(), StringComparison.Ordinal));
            Assert.Contains(objects, o => o.Type.Kind == "Service" && o.Name == LabTraffic.Service);
            var pods = objects.Single(Strategy.IsWorkload).Body["spec"]!["template"]!;
            Assert.Equal(version, pods["metadata"]!["labels"]!["version"]!.GetValue<string>());
            var environment = pods["spec"]!["containers"]![0]!["env"]!.AsArray().ToDictionary(e => e!["name"]!.GetValue<string>(), e => e!["value"]!.GetValue<string>());
            Assert.Equal(version, environment["VERSION"]);
            Assert.Equal(version == LabOptions.CanaryVersion ? "0.3" : "0", environment["ERROR_RATE"]);
        }
    }

    [Theory]
    [InlineData("recreate", true)]
    [InlineData("ramped", true)]
    [InlineData("blue-green", false)]
    [InlineData("canary-native", false)]
    public void Objects_OneDeploymentForBothVersions_OrOneEach(string name, bool shared)
    {
        var strategy = AllStrategies.List.Single(s => s.Name == name);
        var names = new[] { LabOptions.StableVersion, LabOptions.CanaryVersion }.Select(v => strategy.Objects(Options.ParametersOf(v)).Single(Strategy.IsWorkload).Name);

        Assert.Equal(shared ? ["goprom", "goprom"] : ["goprom-v1", "goprom-v2"], names);
    }

    [Theory]
    [InlineData(LabOptions.StableVersion, 10)]
    [InlineData(LabOptions.CanaryVersion, 1)]
    public void CanaryNative_BeginsWithAllPodsOfTheOldVersion_AndOneOfTheNew(string version, int pods) =>
        Assert.Equal(pods, new CanaryNative().Objects(Options.ParametersOf(version)).Single(Strategy.IsWorkload).Body["spec"]!["replicas"]!.GetValue<long>());
}
