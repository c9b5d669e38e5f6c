using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>
/// One immutable version of one object: its JSON as UTF-8, and the little of its metadata that the server asks for
/// without wanting to parse.
/// </summary>
public sealed class StoredObject
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    private StoredObject(JsonObject content, long version, byte[] json)
    {
        Version = version;
        Json = json;
        var metadata = content["metadata"] as JsonObject;
        Name = Text(metadata?["name"]) ?? "";
        Namespace = Text(metadata?["namespace"]);
        Uid = Text(metadata?["uid"]) ?? "";
        IsTerminating = metadata?["deletionTimestamp"] is not null;
        Labels = metadata?["labels"] is JsonObject { Count: > 0 } labels
            ? [.. labels.Select(l => KeyValuePair.Create(string.Intern(l.Key), Text(l.Value) ?? ""))]
            : [];
        OwnerUids = metadata?["ownerReferences"] is JsonArray { Count: > 0 } owners
            ? [.. owners.Select(o => Text(o?["uid"]) ?? "")]
            : [];
    }

    /// <summary><c>metadata.name</c>.</summary>
    public string Name { get; }

    /// <summary><c>metadata.namespace</c>; null for a cluster-scoped object.</summary>
    public string? Namespace { get; }

    /// <summary><c>metadata.uid</c>.</summary>
    public string Uid { get; }

    /// <summary>The version of the store that this content was written at.</summary>
    public long Version { get; }

    /// <summary>The whole object, with its <c>resourceVersion</c>. Never to be changed.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary><c>metadata.labels</c>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; }

    /// <summary>The uids in <c>metadata.ownerReferences</c>.</summary>
    public ImmutableArray<string> OwnerUids { get; }

    /// <summary>Deletion was asked for and finalizers or a grace period keep the object.</summary>
    public bool IsTerminating { get; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);

    /// <summary>A mutable copy, for building the next version.</summary>
    public JsonObject ToNode() => (JsonObject)JsonNode.Parse(Json.Span, documentOptions: JsonLimits.Stored)!;

    /// <summary>The object as controllers read it.</summary>
    public KubeObject ToKubeObject() => KubeObject.Parse(Json.Span);

    /// <summary>The value of a label; null when the object does not have it.</summary>
    public string? Label(string name)
    {
        foreach (var label in Labels)
        {
            if (label.Key == name)
                return label.Value;
        }

        return null;
    }

    /// <summary>Writes the version into the content and freezes it.</summary>
    internal static StoredObject Freeze(JsonObject content, long version)
    {
        if (content["metadata"] is not JsonObject metadata)
            throw new InvalidOperationException("an object without metadata reached the store");
        metadata["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(content, version, Encode(content));
    }

    /// <summary>Freezes content that is not to be stored: the answer to a dry run.</summary>
    internal static StoredObject Unstored(JsonObject content) => new(content, version: 0, Encode(content));

    /// <summary>The UTF-8 JSON of a node, without needless escapes.</summary>
    internal static byte[] Encode(JsonNode content)
    {
        var buffer = t_buffer ??= new(4096);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, s_writing))
            content.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
