using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Bascule.Lab.Reports;

/// <summary>The comparison of all strategies, as it is shown and as it is kept.</summary>
public static class Comparison
{
    private const string DataFile = "comparison.json";
    private const string PageFile = "comparison.md";

    /// <summary>The table for a terminal.</summary>
    public static Table Render(ImmutableArray<StrategyFigures> strategies)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var head in StrategyFigures.Heads)
            table.AddColumn(new TableColumn(new Text(head)));
        foreach (var figures in strategies)
            table.AddRow([.. figures.Cells().Select(c => new Text(c))]);
        return table;
    }

    /// <summary>Writes <c>comparison.json</c> and <c>comparison.md</c>, replacing older ones.</summary>
    /// <param name="strategies">The figures.</param>
    /// <param name="directory">Where; created when absent.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>The full path of the text.</returns>
    public static async Task<string> WriteAsync(ImmutableArray<StrategyFigures> strategies, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var page = Path.GetFullPath(Path.Combine(directory, PageFile));
        var lines = new[] { Row(StrategyFigures.Heads), Row(StrategyFigures.Heads.Select(_ => "---")) }.Concat(strategies.Select(s => Row(s.Cells())));
        await File.WriteAllLinesAsync(page, lines, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, DataFile), JsonSerializer.Serialize(strategies, ComparisonJsonContext.Default.ImmutableArrayStrategyFigures), cancellationToken);
        return page;
    }

    /// <summary>Reads what <see cref="WriteAsync"/> wrote.</summary>
    /// <exception cref="LabException">There is nothing, or it is no comparison.</exception>
    public static async Task<ImmutableArray<StrategyFigures>> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, DataFile);
        if (!File.Exists(path))
            throw new LabException($"there is no {path}: make it with `bascule lab all`, which tries every strategy");
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllTextAsync(path, cancellationToken), ComparisonJsonContext.Default.ImmutableArrayStrategyFigures);
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} is no comparison ({e.Message}): make it again with `bascule lab all`", e);
        }
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImmutableArray<StrategyFigures>))]
internal sealed partial class ComparisonJsonContext : JsonSerializerContext;
