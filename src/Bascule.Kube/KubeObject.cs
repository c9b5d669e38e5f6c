using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Kube;

/// <summary>
/// An immutable Kubernetes object as raw JSON, with the metadata that every controller asks for read once.
/// Fields this program does not know survive, because nothing is decoded and encoded again.
/// </summary>
public sealed class KubeObject
{
    // Schemas in CustomResourceDefinitions nest deeper than the 64 levels that System.Text.Json allows by itself.
    private static readonly JsonDocumentOptions s_parsing = new() { MaxDepth = 512 };

    /// <summary>What readers have made so far of the object and its parts. Replaced whole: racing readers at worst make equal values twice.</summary>
    private Made? _made;

    private KubeObject(JsonElement root)
    {
        Root = root;
        var metadata = root.TryGetProperty("metadata", out var m) && m.ValueKind == JsonValueKind.Object ? m : default;
        Name = Text(metadata, "name") ?? "";
        Namespace = Text(metadata, "namespace");
        Uid = Text(metadata, "uid") ?? "";
        ResourceVersion = Text(metadata, "resourceVersion") ?? "";
        Generation = Number(metadata, "generation");
        CreationTimestamp = Instant(metadata, "creationTimestamp");
        DeletionTimestamp = Instant(metadata, "deletionTimestamp");
        ControllerUid = Controller(metadata);
    }

    /// <summary>The whole object. It owns its memory and needs no disposal.</summary>
    public JsonElement Root { get; }

    /// <summary><c>metadata.name</c>; empty when absent.</summary>
    public string Name { get; }

    /// <summary><c>metadata.namespace</c>; null for a cluster-scoped object.</summary>
    public string? Namespace { get; }

    /// <summary><c>metadata.uid</c>; empty when absent.</summary>
    public string Uid { get; }

    /// <summary><c>metadata.resourceVersion</c>, an opaque string to everything but the cache that received it.</summary>
    public string ResourceVersion { get; }

    /// <summary><c>metadata.generation</c>; 0 when absent.</summary>
    public long Generation { get; }

    /// <summary><c>metadata.creationTimestamp</c>.</summary>
    public DateTimeOffset? CreationTimestamp { get; }

    /// <summary><c>metadata.deletionTimestamp</c>; set while finalizers keep a deleted object alive.</summary>
    public DateTimeOffset? DeletionTimestamp { get; }

    /// <summary><c>metadata.labels</c>; empty when absent.</summary>
    public FrozenDictionary<string, string> Labels => field ??= Map("labels");

    /// <summary><c>metadata.annotations</c>; empty when absent.</summary>
    public FrozenDictionary<string, string> Annotations => field ??= Map("annotations");

    /// <summary>The uid of the owner that has <c>controller: true</c>; null when nobody controls the object.</summary>
    public string? ControllerUid { get; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);

    /// <summary>Wraps an element; the element must own its memory (a clone, or parsed by <see cref="JsonElement"/>).</summary>
    public static KubeObject From(JsonElement root) => new(root);

    /// <summary>Wraps a copy of a mutable node.</summary>
    public static KubeObject From(JsonNode node) => Parse(Http.JsonBytes.Write(node).Span);

    /// <summary>Parses UTF-8 JSON.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static KubeObject Parse(ReadOnlySpan<byte> utf8) => new(JsonElement.Parse(utf8, s_parsing));

    /// <summary>
    /// What a reader makes of the object, made when first asked for and then kept with it: an unchanged object is never
    /// decoded twice, however many passes look at it.
    /// </summary>
    /// <typeparam name="T">A sealed, immutable type, with one reader for all callers.</typeparam>
    /// <param name="read">Pure: it depends on <see cref="Root"/> alone.</param>
    public T As<T>(Func<JsonElement, T> read)
        where T : class => Known<T>() ?? Keep(read(Root));

    /// <summary>The same, for a reader that makes use of <see cref="Part{T}"/>.</summary>
    /// <typeparam name="T">A sealed, immutable type, with one reader for all callers.</typeparam>
    /// <param name="read">Pure: it depends on the object alone.</param>
    public T As<T>(Func<KubeObject, T> read)
        where T : class => Known<T>() ?? Keep(read(this));

    /// <summary>
    /// What a reader makes of one member of the object. It outlives the object: the next version has it as well, unless
    /// the member changed (<see cref="Follow"/>). So a write of the status does not make anybody read the spec again.
    /// </summary>
    /// <typeparam name="T">A sealed, immutable type, with one member and one reader for all callers.</typeparam>
    /// <param name="member">The member's name, such as <c>spec</c>.</param>
    /// <param name="read">Pure: it depends on the member alone, which is undefined when there is none.</param>
    public T Part<T>(string member, Func<JsonElement, T> read)
        where T : class
    {
        if (Known<T>() is { } known)
            return known;
        var source = Member(member);
        return Keep(read(source), new MadeOf(member, source));
    }

    /// <summary>Takes over what was made of the parts of an earlier version that are still the same. To be called before others can read this one.</summary>
    /// <param name="earlier">The object as it was before.</param>
    public void Follow(KubeObject earlier)
    {
        for (var made = Volatile.Read(ref earlier._made); made is not null; made = made.Next)
        {
            if (made.Of is { } part && !Has(made.Value.GetType()) && SameBytes(part.Source, Member(part.Member)))
                _made = made with { Next = _made };
        }
    }

    /// <summary>A mutable deep copy, for building the next version of the object.</summary>
    public JsonObject ToNode() => JsonObject.Create(Root.Clone()) ?? throw new InvalidOperationException($"object {Key} is {Root.ValueKind}, expected a JSON object");

    private T? Known<T>()
        where T : class
    {
        for (var made = Volatile.Read(ref _made); made is not null; made = made.Next)
        {
            if (made.Value is T known)
                return known;
        }

        return null;
    }

    private T Keep<T>(T value, MadeOf? of = null)
        where T : class
    {
        Volatile.Write(ref _made, new Made(value, of, Volatile.Read(ref _made)));
        return value;
    }

    private bool Has(Type type)
    {
        for (var made = _made; made is not null; made = made.Next)
        {
            if (made.Value.GetType() == type)
                return true;
        }

        return false;
    }

    private JsonElement Member(string name) => Root.TryGetProperty(name, out var member) ? member : default;

    private static bool SameBytes(JsonElement one, JsonElement other) =>
        one.ValueKind == other.ValueKind
        && (one.ValueKind == JsonValueKind.Undefined || JsonMarshal.GetRawUtf8Value(one).SequenceEqual(JsonMarshal.GetRawUtf8Value(other)));

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    private static DateTimeOffset? Instant(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var instant)
            ? instant
            : null;

    private FrozenDictionary<string, string> Map(string name)
    {
        var parent = Root.TryGetProperty("metadata", out var m) ? m : default;
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Object)
            return FrozenDictionary<string, string>.Empty;
        return value.EnumerateObject()
            .Where(p => p.Value.ValueKind == JsonValueKind.String)
            .ToFrozenDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static string? Controller(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty("ownerReferences", out var owners) || owners.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var owner in owners.EnumerateArray())
        {
            if (owner.TryGetProperty("controller", out var controller) && controller.ValueKind == JsonValueKind.True)
                return Text(owner, "uid");
        }

        return null;
    }

    /// <summary>What was made, of which part; null for the whole.</summary>
    private sealed record Made(object Value, MadeOf? Of, Made? Next);

    private sealed record MadeOf(string Member, JsonElement Source);
}
