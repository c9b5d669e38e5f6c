using System.Text.RegularExpressions;
using Tests.Shared;

namespace Architecture.Tests;

/// <summary>What the documents point to is there.</summary>
public sealed partial class DocsTests
{
    public static TheoryData<string> Documents => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "README.md"))
        .Select(f => Path.GetRelativePath(Repository.Root, f))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_EveryFileItPointsTo_IsThere(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var missing = Links().Matches(text)
            .Select(m => m.Groups["target"].Value)
            .Where(t => !t.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, t)))
            .Concat(Samples().Matches(text).Select(m => m.Value).Where(s => !File.Exists(Path.Combine(Repository.Root, s))));

        Assert.Empty(missing);
    }

    [Fact]
    public void Lab_EveryPage_IsThereInBothLanguages()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "lab"), "*.md").Select(f => Path.GetFileName(f)!).ToList();

        Assert.Empty(pages.Where(p => !p.EndsWith(".fr.md", StringComparison.Ordinal)).Select(p => Path.ChangeExtension(p, ".fr.md")).Except(pages));
        Assert.Empty(pages.Where(p => p.EndsWith(".fr.md", StringComparison.Ordinal)).Select(p => p.Replace(".fr.md", ".md", StringComparison.Ordinal)).Except(pages));
    }

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "lab"), "*.md")
        .Select(f => Path.GetFileName(f)!)
        .Where(f => !f.EndsWith(".fr.md", StringComparison.Ordinal))];

    /// <summary>Only the comments behind them are translated.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Lab_BothLanguages_HaveTheSameCommandsAndPictures(string page)
    {
        var folder = Path.Combine(Repository.Root, "docs", "lab");

        Assert.Equal(Shown(Path.Combine(folder, page)), Shown(Path.Combine(folder, Path.ChangeExtension(page, ".fr.md"))));

        static IEnumerable<string> Shown(string file) => File.ReadLines(file)
            .Where(l => l.StartsWith("    ", StringComparison.Ordinal) || l.StartsWith("<img", StringComparison.Ordinal))
            .Select(l => l.StartsWith("<img", StringComparison.Ordinal) ? Links().Match(l).Value : l.Split(" # ")[0].TrimEnd());
    }

    /// <summary>Links and pictures to files of this repository, without what follows a <c>#</c>.</summary>
    [GeneratedRegex("""(?:\]\(|<img src=")(?<target>[^)#"\s]+)""")]
    private static partial Regex Links();

    /// <summary>Manifests that a command applies, from the root of the repository.</summary>
    [GeneratedRegex(@"(?<![\w./])samples/manifests/[\w-]+\.yaml")]
    private static partial Regex Samples();
}
