using System.Text.RegularExpressions;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;
using Tests.Shared;

namespace Bascule.Lab.Tests.Manifests;

/// <summary>What the pages of the lab show of a Rollout is what the lab applies.</summary>
public sealed partial class LabPagesTests
{
    public static TheoryData<string, string> Pages =>
        new(from strategy in AllStrategies.List where strategy.ByRollout is not null && strategy is not BlueGreen from end in new[] { ".md", ".fr.md" } select (strategy.Name, end));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_TheRolloutItShows_IsThatOfTheLab(string strategy, string end)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "lab", strategy + end));
        var section = page[page.IndexOf($"./bascule lab {strategy} --rollout", StringComparison.Ordinal)..];
        var shown = Yaml().Match(section).Groups["text"].Value.TrimEnd().Split('\n');
        var applied = LabManifests.Text($"{strategy}-rollout.yaml", new LabOptions { RunDirectory = "", Begun = 0 }.ParametersOf(LabOptions.CanaryVersion)).Split('\n');

        Assert.Contains(Enumerable.Range(0, applied.Length), first => Enumerable.Range(0, shown.Length).All(i =>
            first + i < applied.Length && applied[first + i] == Indent(applied[first]) + shown[i]));
    }

    private static string Indent(string line) => line[..^line.TrimStart().Length];

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
