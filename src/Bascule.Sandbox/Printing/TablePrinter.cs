using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Printing;

/// <summary>What each row of a table carries besides its cells (the <c>includeObject</c> parameter).</summary>
internal enum IncludeObject
{
    /// <summary>The object's metadata; the default.</summary>
    Metadata,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>The whole object.</summary>
    Object,
}

/// <summary>Prints objects as <c>meta.k8s.io/v1</c> Tables, with the columns that kubectl users know.</summary>
internal static class TablePrinter
{
    /// <summary>A table of objects.</summary>
    /// <param name="resource">Their resource.</param>
    /// <param name="items">The objects in order, as this version serves them.</param>
    /// <param name="listMetadata">The list's metadata (resourceVersion, continue, remainingItemCount); null for the table of a single object.</param>
    /// <param name="include">What the rows carry.</param>
    /// <param name="withColumns">False for all but the first event of a watch: the client has the columns already.</param>
    /// <param name="now">For ages.</param>
    public static JsonObject Print(ServedResource resource, IReadOnlyList<KubeObject> items, JsonObject? listMetadata, IncludeObject include, bool withColumns, DateTimeOffset now)
    {
        var columns = resource.IsCustom ? CustomColumns.Of(resource) : BuiltinColumns.Of(resource.StorageType);
        var rows = new JsonArray();
        foreach (var item in items)
            rows.Add((JsonNode)Row(columns, item, include, now));
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = listMetadata ?? (items.Count == 1 ? new JsonObject { ["resourceVersion"] = items[0].ResourceVersion } : []),
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Definition)]) : null,
            ["rows"] = rows,
        };
    }

    private static JsonNode Definition(Column column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonObject Row(IReadOnlyList<Column> columns, KubeObject item, IncludeObject include, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(item, now))]) };
        if (item.Root.Text("kind") == "Pod" && item.Root.Text("status", "phase") is "Succeeded" or "Failed")
        {
            var phase = item.Root.Text("status", "phase");
            row["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Completed",
                ["status"] = "True",
                ["reason"] = phase,
                ["message"] = phase == "Succeeded" ? "The pod has completed successfully." : "The pod failed.",
            });
        }

        row["object"] = include switch
        {
            IncludeObject.None => null,
            IncludeObject.Object => Json.ToNode(item.Root),
            IncludeObject.Metadata => new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = item.Root.TryGetProperty("metadata", out var metadata) ? Json.ToNode(metadata) : null,
            },
        };
        return row;
    }
}
