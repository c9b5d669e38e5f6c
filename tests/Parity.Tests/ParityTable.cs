using System.Text;
using System.Text.RegularExpressions;
using Tests.Shared;

namespace Parity.Tests;

/// <summary>A row of <c>docs/parity.md</c>.</summary>
/// <param name="Id">Such as <c>BG-13</c>.</param>
/// <param name="What">The capability, in a few words.</param>
/// <param name="State"><c>done</c>, <c>differs</c> or <c>later</c>.</param>
/// <param name="Why">Why it differs, or where it comes; empty when it is done.</param>
/// <param name="Test">The test that proves it; empty for one that comes later.</param>
internal sealed record ParityRow(string Id, string What, string State, string Why, string Test);

/// <summary>The table in the documentation: people write state and reason, the names of tests are filled in from the tests.</summary>
internal static partial class ParityTable
{
    private const string NoTestYet = "no test yet";

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "parity.md");

    /// <summary>The rows as they are written.</summary>
    public static IReadOnlyList<ParityRow> Read() => [.. File.ReadLines(Path).Select(Parse).OfType<ParityRow>()];

    /// <summary>The whole page with the tests as they are now.</summary>
    public static string WithTests(IReadOnlyDictionary<string, string> tests)
    {
        var page = new StringBuilder();
        foreach (var line in File.ReadLines(Path))
        {
            var written = Parse(line) is { } row ? Format(Filled(row, tests)) : line;
            page.Append(written).Append('\n');
        }

        return page.ToString();
    }

    /// <summary>The test to name for each row: one that names it in its own name before one that only mentions it.</summary>
    public static Dictionary<string, string> Proofs(IReadOnlyList<ProvingTest> tests)
    {
        var proofs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var test in tests)
        {
            foreach (var row in test.Rows)
                proofs.TryAdd(row, test.Name);
        }

        foreach (var test in tests)
        {
            foreach (var row in test.Mentioned)
                proofs.TryAdd(row, test.Name);
        }

        return proofs;
    }

    /// <summary>A row that only waits for a test is done as soon as there is one.</summary>
    private static ParityRow Filled(ParityRow row, IReadOnlyDictionary<string, string> tests)
    {
        row = row with { Test = tests.GetValueOrDefault(row.Id, "") };
        return row is { State: "later", Why: NoTestYet, Test.Length: > 0 } ? row with { State = "done", Why = "" } : row;
    }

    private static ParityRow? Parse(string line) => Row().Match(line) is { Success: true } match
        ? new(match.Groups["id"].Value, match.Groups["what"].Value, match.Groups["state"].Value, match.Groups["why"].Value, match.Groups["test"].Value.Trim('`'))
        : null;

    private static string Format(ParityRow row) => $"| {row.Id} | {row.What} | {row.State} | {Spaced(row.Why)}| {Spaced(row.Test.Length == 0 ? "" : $"`{row.Test}`")}|";

    private static string Spaced(string text) => text.Length == 0 ? "" : text + " ";

    [GeneratedRegex(@"^\| (?<id>(?:E2E|TR-[A-Z]{1,3}|[A-Z]{2,5})-\d+) \| (?<what>[^|]*?) \| (?<state>\w+) \| (?<why>[^|]*?) ?\| (?<test>[^|]*?) ?\|$")]
    private static partial Regex Row();
}
