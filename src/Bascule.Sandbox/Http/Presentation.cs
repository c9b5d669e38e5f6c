using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Printing;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>How a client wants to see objects, from its <c>Accept</c> header.</summary>
internal sealed class Presentation
{
    private readonly ServedResource _resource;
    private readonly Shape _shape;
    private readonly IncludeObject _include;
    private readonly TimeProvider _time;

    private Presentation(ServedResource resource, Shape shape, IncludeObject include, TimeProvider time)
    {
        _resource = resource;
        _shape = shape;
        _include = include;
        _time = time;
    }

    private enum Shape
    {
        Whole,
        Table,
        MetadataOnly,
    }

    /// <summary>Reads what the client accepts. Whoever asks for protobuf gets JSON, which every client reads too.</summary>
    public static Presentation Of(HttpRequest request, ServedResource resource, TimeProvider time)
    {
        var accept = request.Headers.Accept.ToString();
        var shape = Shape.Whole;
        foreach (var part in accept.Split(','))
        {
            if (part.Contains("as=Table", StringComparison.Ordinal))
                shape = Shape.Table;
            else if (part.Contains("as=PartialObjectMetadata", StringComparison.Ordinal))
                shape = Shape.MetadataOnly;
            if (!part.Contains("protobuf", StringComparison.Ordinal))
                break;
        }

        var include = request.Query["includeObject"].ToString() switch
        {
            "None" => IncludeObject.None,
            "Object" => IncludeObject.Object,
            _ => IncludeObject.Metadata,
        };
        return new(resource, shape, include, time);
    }

    /// <summary>One object.</summary>
    public ReadOnlyMemory<byte> One(StoredObject stored, bool withColumns = true) => _shape switch
    {
        Shape.Whole => ApiServer.Present(_resource, stored),
        Shape.Table => Table([stored], new() { ["resourceVersion"] = Text(stored.Version) }, withColumns),
        Shape.MetadataOnly => StoredObject.Encode(MetadataOf(stored)),
    };

    /// <summary>A page of a list.</summary>
    public byte[] List(ListPage page)
    {
        var metadata = new JsonObject { ["resourceVersion"] = Text(page.Version) };
        if (page.Continue is not null)
            metadata["continue"] = page.Continue;
        if (page.Remaining is not null)
            metadata["remainingItemCount"] = page.Remaining;
        return _shape switch
        {
            Shape.Whole => ListWriter.Write(_resource.ListKind, _resource.Type.ApiVersion, metadata, page.Items.Select(i => ApiServer.Present(_resource, i))),
            Shape.Table => Table(page.Items, metadata, withColumns: true),
            Shape.MetadataOnly => ListWriter.Write("PartialObjectMetadataList", "meta.k8s.io/v1", metadata, page.Items.Select(i => (ReadOnlyMemory<byte>)StoredObject.Encode(MetadataOf(i)))),
        };
    }

    /// <summary>The object of a bookmark.</summary>
    public byte[] Bookmark(ApiEvent bookmark)
    {
        if (_shape != Shape.Table)
            return WatchLines.Bookmark(_resource.Type, bookmark);
        var metadata = new JsonObject { ["resourceVersion"] = Text(bookmark.Version) };
        if (bookmark.EndsInitialEvents)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return StoredObject.Encode(new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = Text(bookmark.Version) },
            ["columnDefinitions"] = new JsonArray(),
            ["rows"] = new JsonArray(new JsonObject
            {
                ["cells"] = new JsonArray(),
                ["object"] = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            }),
        });
    }

    private static JsonObject MetadataOf(StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = stored.ToNode()["metadata"]?.DeepClone(),
    };

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private byte[] Table(IReadOnlyList<StoredObject> items, JsonObject metadata, bool withColumns) =>
        StoredObject.Encode(TablePrinter.Print(_resource, [.. items.Select(i => KubeObject.Parse(ApiServer.Present(_resource, i).Span))], metadata, _include, withColumns, _time.GetUtcNow()));
}
