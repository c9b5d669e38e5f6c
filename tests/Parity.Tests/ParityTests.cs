using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tests.Shared;

namespace Parity.Tests;

/// <summary>Keeps <c>docs/parity.md</c> honest. <c>BASCULE_REWRITE=1</c> fills in the names of the tests.</summary>
public sealed partial class ParityTests
{
    private static readonly string[] States = ["done", "differs", "later"];

    [Fact]
    public void Table_NamesTheTestsThatThereAre()
    {
        var page = ParityTable.WithTests(ParityTable.Proofs(ProvingTests.All));
        if (Environment.GetEnvironmentVariable("BASCULE_REWRITE") == "1")
            File.WriteAllText(ParityTable.Path, page);

        Assert.True(page == File.ReadAllText(ParityTable.Path), "docs/parity.md is behind the tests: run BASCULE_REWRITE=1 ./test --filter Parity and look at what changed");
    }

    [Fact]
    public void Row_DoneOrDifferent_NamesATest()
    {
        var unproved = ParityTable.Read().Where(r => r.State != "later" && r.Test.Length == 0).Select(r => r.Id);

        Assert.Empty(unproved);
    }

    [Fact]
    public void Row_DifferentOrLater_SaysWhyOrWhere()
    {
        var silent = ParityTable.Read().Where(r => !States.Contains(r.State) || (r.State != "done" && r.Why.Length == 0)).Select(r => $"{r.Id}: {r.State}");

        Assert.Empty(silent);
    }

    [Theory]
    [InlineData("core.md", "")]
    [InlineData("integrations.md", "TR-")]
    public void Table_HasEveryRowOfTheList(string name, string group)
    {
        var list = Path.Combine(Repository.Root, "..", "shared", "parity", name);
        Assert.SkipUnless(File.Exists(list), "the list of capabilities is not beside this checkout");
        var rows = File.ReadLines(list).Select(l => ListedRow().Match(l)).Where(m => m.Success).Select(m => m.Groups["id"].Value).Where(id => id.StartsWith(group, StringComparison.Ordinal));

        Assert.Empty(rows.Except(ParityTable.Read().Select(r => r.Id)));
    }

    /// <summary>Sees only results that <c>./test</c> wrote in the same run, where this project comes last.</summary>
    [Fact]
    public void Row_DoneOrDifferent_HasATestThatPassed()
    {
        var folder = Environment.GetEnvironmentVariable("BASCULE_TEST_RESULTS");
        Assert.SkipUnless(folder is not null && Directory.Exists(folder), "only a whole ./test has the results of all projects");
        var passed = Directory.EnumerateFiles(folder!, "*.xml")
            .SelectMany(f => XDocument.Load(f).Descendants("test"))
            .Where(t => t.Attribute("result")?.Value == "Pass")
            .Select(t => $"{t.Attribute("type")!.Value.Split('.')[^1]}.{t.Attribute("method")!.Value}")
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(ParityTable.Read().Where(r => r.Test.Length > 0 && !passed.Contains(r.Test)).Select(r => $"{r.Id}: {r.Test}"));
    }

    [Fact]
    public void Names_OfTests_TellTheirRows()
    {
        var test = Assert.Single(ProvingTests.Of("""
            public sealed class SomeTests
            {
                [Theory]
                [InlineData("a[0]", 1)]
                public async Task Thing_Now_Works_BG13_TR2to4_E2E7_TRIST05to06()
                {
                    Assert.True(true); // PH-6, TR-V-07
                }
            }
            """));

        Assert.Equal("SomeTests.Thing_Now_Works_BG13_TR2to4_E2E7_TRIST05to06", test.Name);
        Assert.Equal(["BG-13", "TR-2", "TR-3", "TR-4", "E2E-7", "TR-IST-05", "TR-IST-06"], test.Rows);
        Assert.Equal(["PH-6", "TR-V-07"], test.Mentioned);
    }

    [GeneratedRegex(@"^\| (?<id>(?:E2E|TR-[A-Z]{1,3}|[A-Z]{2,5})-\d+) \|")]
    private static partial Regex ListedRow();
}
