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
    public static JsonObject Print(ServedResource resource, IReadOnlyList<KubeObject> items, JsonObject? listMetadata, IncludeObject include, bool withColumns, DateTimeOffset now) =>
        throw new NotImplementedException();
}
