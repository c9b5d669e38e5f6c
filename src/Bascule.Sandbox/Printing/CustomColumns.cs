using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Printing;

/// <summary>The columns of custom resources: the name and what their definition asks for.</summary>
internal static class CustomColumns
{
    private static readonly ConditionalWeakTable<ServedResource, IReadOnlyList<Column>> s_cache = [];

    /// <summary>The columns in order.</summary>
    public static IReadOnlyList<Column> Of(ServedResource resource) =>
        s_cache.GetValue(resource, static r => [Column.NameColumn, .. r.Columns.Select(Make)]);

    private static Column Make(PrinterColumn column) => new(column.Name, (o, now) => Cell(column, o, now))
    {
        Type = column.Type,
        Format = column.Format,
        Description = column.Description,
        Priority = column.Priority,
    };

    private static JsonNode? Cell(PrinterColumn column, KubeObject item, DateTimeOffset now)
    {
        var found = JsonPath.Find(item.Root, column.JsonPath);
        if (found.Count == 0 || found[0].ValueKind == JsonValueKind.Null)
            return null;
        var first = found[0];
        return column.Type switch
        {
            "date" => DateTimeOffset.TryParse(first.ToString(), CultureInfo.InvariantCulture, out var instant) ? HumanDuration.Since(instant, now) : "<invalid>",
            "integer" => first.ValueKind == JsonValueKind.Number && first.TryGetInt64(out var whole) ? whole : null,
            "number" => first.ValueKind == JsonValueKind.Number ? first.GetDouble() : null,
            "boolean" => first.ValueKind is JsonValueKind.True or JsonValueKind.False ? first.GetBoolean() : null,
            _ => string.Join(' ', found.Select(Shown)),
        };
    }

    private static string Shown(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.ToString();
}
