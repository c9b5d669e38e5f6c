using Tests.Shared;

namespace EndToEnd.Tests;

/// <summary>The manifests that the pages of the lab apply by hand.</summary>
public sealed class SampleTests(Cluster cluster)
{
    public static TheoryData<string> Manifests => [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)!)];

    private static string Folder => Path.Combine(Repository.Root, "samples", "manifests");

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task Sample_IsAccepted(string manifest)
    {
        await using var space = await cluster.NewSpaceAsync();

        (await space.KubectlAsync("apply", "--dry-run=server", "-f", Path.Combine(Folder, manifest))).Succeeded();
    }
}
