using System.Globalization;
using System.Text.RegularExpressions;
using Tests.Shared;

namespace Parity.Tests;

/// <summary>A test and the rows that it proves.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="Rows">The rows that its name ends with.</param>
/// <param name="Mentioned">The rows that comments in it name.</param>
internal sealed record ProvingTest(string Name, IReadOnlySet<string> Rows, IReadOnlySet<string> Mentioned);

/// <summary>
/// Finds the tests of this repository in their sources, and the rows that they name: at the end of the method's name
/// (<c>_BG13_TR2to4</c>), or in a comment within the method (<c>// PH-6</c>).
/// </summary>
internal static partial class ProvingTests
{
    /// <summary>Replays each golden folder.</summary>
    private const string GoldenTest = "GoldenTests.Router_Sets_TheObjectsOfTheFolder";

    private static readonly string[] RouterGroups = ["C", "V", "IST", "NGX", "ALB", "SMI", "AMB", "MSH", "TRF", "APX", "GW", "PLG", "CON", "OSH", "OTH", "MX"];

    /// <summary>All tests, in the order of their files.</summary>
    public static IReadOnlyList<ProvingTest> All { get; } =
    [
        .. from file in Repository.SourceFiles("tests").Order(StringComparer.Ordinal)
           where !file.Contains("Parity.Tests", StringComparison.Ordinal)
           from test in Of(File.ReadAllText(file))
           select test,
        .. Golden(),
    ];

    /// <summary>The tests of one source file.</summary>
    public static IEnumerable<ProvingTest> Of(string source)
    {
        var type = TypeName().Match(source) is { Success: true } found ? found.Groups["name"].Value : "";
        var methods = TestMethod().Matches(source);
        for (var i = 0; i < methods.Count; i++)
        {
            var name = methods[i].Groups["name"].Value;
            var end = i + 1 < methods.Count ? methods[i + 1].Index : source.Length;
            var mentioned = Comment().Matches(source[methods[i].Index..end]).SelectMany(c => RowInText().Matches(c.Value)).Select(r => r.Value);
            yield return new($"{type}.{name}", RowsOf(name), mentioned.ToHashSet(StringComparer.Ordinal));
        }
    }

    private static HashSet<string> RowsOf(string name)
    {
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in RowInName().Matches(name))
        {
            var first = int.Parse(match.Groups["first"].Value, CultureInfo.InvariantCulture);
            var last = match.Groups["last"].Success ? int.Parse(match.Groups["last"].Value, CultureInfo.InvariantCulture) : first;
            for (var number = first; number <= last; number++)
                rows.Add(Id(match.Groups["group"].Value, number));
        }

        return rows;
    }

    /// <summary>The rows of the routers have a group within their group, and two digits.</summary>
    private static string Id(string group, int number) => group.StartsWith("TR", StringComparison.Ordinal) && RouterGroups.Contains(group[2..])
        ? string.Create(CultureInfo.InvariantCulture, $"TR-{group[2..]}-{number:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{group}-{number}");

    /// <summary>The golden folders, each of which the test beside them replays: comments in their files name rows.</summary>
    private static IEnumerable<ProvingTest> Golden() =>
        Repository.Files("tests", "*.yaml")
            .Where(f => f.Contains("/Golden/", StringComparison.Ordinal))
            .Select(f => new ProvingTest(GoldenTest, new HashSet<string>(), YamlComment().Matches(File.ReadAllText(f)).SelectMany(c => RowInText().Matches(c.Value)).Select(r => r.Value).ToHashSet(StringComparer.Ordinal)));

    [GeneratedRegex(@"(?m)^#[^\n]*")]
    private static partial Regex YamlComment();

    [GeneratedRegex(@"(?:class|record)\s+(?<name>\w+Tests)\b")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*(?://[^\n]*\n\s*)*\[(?:[^\[\]""]|""""""[\s\S]*?""""""|""(?:[^""\\]|\\.)*""|\[[^\]]*\])*\])*\s*(?://[^\n]*\n\s*)*public\s+(?:async\s+)?(?:static\s+)?(?:void|Task|ValueTask)\s+(?<name>\w+)\s*\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:E2E|TR-[A-Z]{1,3}|[A-Z]{2,5})-\d+\b")]
    private static partial Regex RowInText();

    [GeneratedRegex(@"_(?<group>E2E|[A-Z]{2,5}?)(?<first>\d+)(?:to(?<last>\d+))?(?=_|$)")]
    private static partial Regex RowInName();
}
