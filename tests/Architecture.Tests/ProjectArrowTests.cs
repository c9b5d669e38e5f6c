using System.Xml.Linq;
using Tests.Shared;

namespace Architecture.Tests;

/// <summary>The rooms of the design and the arrows between them, read from the project files.</summary>
public sealed class ProjectArrowTests
{
    /// <summary>From the bottom up: a project may use only what stands in an earlier row, and only what its row allows.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Bascule.Api"] = [],
        ["Bascule.Kube"] = [],
        ["Bascule.Engine"] = ["Bascule.Api"],
        ["Bascule.Sandbox"] = ["Bascule.Kube"],
        ["Bascule.Metrics"] = ["Bascule.Api", "Bascule.Engine", "Bascule.Kube"],
        ["Bascule.Traffic"] = ["Bascule.Api", "Bascule.Engine", "Bascule.Kube"],
        ["Bascule.Controller"] = ["Bascule.Api", "Bascule.Engine", "Bascule.Kube", "Bascule.Metrics", "Bascule.Traffic"],
        ["Bascule.Simulation"] = ["Bascule.Api", "Bascule.Controller", "Bascule.Engine", "Bascule.Kube", "Bascule.Metrics", "Bascule.Sandbox", "Bascule.Traffic"],
        ["Bascule.Lab"] = ["Bascule.Api", "Bascule.Controller", "Bascule.Engine", "Bascule.Kube", "Bascule.Metrics", "Bascule.Sandbox", "Bascule.Simulation", "Bascule.Traffic"],
        ["Bascule.Cli"] = ["Bascule.Api", "Bascule.Controller", "Bascule.Engine", "Bascule.Kube", "Bascule.Lab", "Bascule.Metrics", "Bascule.Sandbox", "Bascule.Simulation", "Bascule.Traffic", "Goprom"],
        ["Goprom"] = [],
    };

    /// <summary>What the decisions must never be able to reach.</summary>
    private static readonly string[] ForbiddenInEngine = ["ILogger", "HttpClient", "TimeProvider", "IKubeClient", "Task<"];

    public static TheoryData<string> Projects => [.. Repository.ProjectFiles("src").Concat(Repository.ProjectFiles("samples")).Select(Path.GetFileNameWithoutExtension).Select(n => n!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_PointDownOnly(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the design: add it to the table with the projects it may use");
        var file = Repository.ProjectFiles("src").Concat(Repository.ProjectFiles("samples")).Single(f => Path.GetFileNameWithoutExtension(f) == project);
        var forbidden = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Except(Allowed[project]);

        Assert.Empty(forbidden);
    }

    [Fact]
    public void Arrows_Allowed_HaveNoCycle()
    {
        var settled = new HashSet<string>();
        while (settled.Count < Allowed.Count)
        {
            var next = Allowed.Where(p => !settled.Contains(p.Key) && p.Value.All(settled.Contains)).Select(p => p.Key).ToList();
            Assert.True(next.Count > 0, $"cycle among {string.Join(", ", Allowed.Keys.Except(settled))}");
            settled.UnionWith(next);
        }
    }

    [Fact]
    public void Engine_References_NothingThatActs()
    {
        var found =
            from file in Repository.SourceFiles(Path.Combine("src", "Bascule.Engine"))
            from word in ForbiddenInEngine
            where File.ReadAllText(file).Contains(word, StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {word}";

        Assert.Empty(found);
    }

    [Fact]
    public void Solution_Lists_EveryProject()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "Bascule.slnx")).Descendants("Project").Select(p => p.Attribute("Path")!.Value).ToHashSet();
        var present = new[] { "src", "samples", "tests", "bench", "eng" }.SelectMany(Repository.ProjectFiles).Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'));

        Assert.Empty(present.Except(listed));
    }

    [Fact]
    public void Packages_Versions_AreCentral()
    {
        var pinnedLocally = new[] { "src", "samples", "tests", "bench", "eng" }.SelectMany(Repository.ProjectFiles)
            .Where(f => XDocument.Load(f).Descendants("PackageReference").Any(p => p.Attribute("Version") is not null));

        Assert.Empty(pinnedLocally);
    }
}
