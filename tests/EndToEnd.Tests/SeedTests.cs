using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>The manifests of the seed document, as they stand there.</summary>
public sealed partial class SeedTests(Cluster cluster)
{
    [Fact]
    public async Task Seed_EveryManifestOfTheCustomResources_IsAcceptedUnchanged()
    {
        var seed = Find(Path.Combine("shared", "seed.md"));
        Assert.SkipWhen(seed is null, "the seed document is not beside this checkout (../shared/seed.md); CI has it");
        await using var space = await cluster.NewSpaceAsync();
        var manifests = Fences().Matches(await File.ReadAllTextAsync(seed))
            .Select(m => m.Groups["yaml"].Value)
            .Where(y => y.StartsWith("apiVersion: argoproj.io/", StringComparison.Ordinal))
            .ToList();

        foreach (var manifest in manifests)
            await space.ApplyAsync(manifest);

        Assert.True(manifests.Count >= 5, $"the seed has {manifests.Count} manifests");
    }

    private static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, path)))
                return Path.Combine(folder.FullName, path);
        }

        return null;
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fences();
}
