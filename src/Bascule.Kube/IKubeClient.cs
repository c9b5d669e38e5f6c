using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Kube;

/// <summary>
/// The Kubernetes API as controllers use it, over raw JSON. Implemented over HTTP for any cluster, in memory by the
/// sandbox, and wrapped with faults by the simulator; all three answer alike.
/// </summary>
/// <remarks>Every method throws <see cref="KubeException"/> with the API's own <c>Status</c> when the server refuses.</remarks>
public interface IKubeClient
{
    /// <summary>Reads one object.</summary>
    Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Reads all matching objects, following <c>continue</c> tokens.</summary>
    /// <param name="type">What to list.</param>
    /// <param name="namespace">The namespace; null for all.</param>
    /// <param name="options">Selectors and paging.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken);

    /// <summary>Creates an object and returns it as stored.</summary>
    Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken);

    /// <summary>Replaces an object or one of its subresources; a <c>resourceVersion</c> in the body is an optimistic lock.</summary>
    Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken);

    /// <summary>Patches an object or one of its subresources.</summary>
    Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken);

    /// <summary>Deletes an object.</summary>
    Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a pod to go, which the server refuses with 429 while a disruption budget forbids it (RST-4). The pod ends
    /// in its own time: it may still be there when the call returns.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="uid">The uid that it must have; otherwise the server answers with a conflict.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken);

    /// <summary>
    /// Streams changes until the server closes the watch, which ends the enumeration without an error. An <c>ERROR</c>
    /// event is thrown as <see cref="KubeException"/> (410 when the resourceVersion is too old).
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken);
}

/// <summary>The items of a list and the version of the collection they were read at.</summary>
/// <param name="Items">The objects, in the server's order.</param>
/// <param name="ResourceVersion">Where a watch continues from.</param>
public sealed record KubeList(IReadOnlyList<KubeObject> Items, string ResourceVersion);

/// <summary>Which objects to list.</summary>
public sealed record ListOptions
{
    /// <summary>Everything, in pages of the default size.</summary>
    public static ListOptions All { get; } = new();

    /// <summary>Label selector in the API's string form; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector in the API's string form; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page; pages are joined before they are returned.</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>What to watch and from where.</summary>
public sealed record WatchOptions
{
    /// <summary>Events after this version; null starts with an <c>ADDED</c> for each existing object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Label selector in the API's string form; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector in the API's string form; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Ask for bookmarks, so that a broken watch resumes near its end.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>Ask for the streaming list: existing objects first, then a bookmark that ends them.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>When the server shall end the watch; null leaves it to the server.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It exists now, or began to match the selector.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone, or stopped matching the selector; the event carries its last state.</summary>
    Deleted,

    /// <summary>Nothing happened up to the resourceVersion that the event carries.</summary>
    Bookmark,
}

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after the event (before it, for a deletion).</param>
public sealed record WatchEvent(WatchEventType Type, KubeObject Object)
{
    /// <summary>True for the bookmark that ends the initial events of a streaming list.</summary>
    public bool EndsInitialEvents =>
        Type == WatchEventType.Bookmark && Object.Annotations.TryGetValue("k8s.io/initial-events-end", out var value) && value == "true";
}

/// <summary>How dependents are treated when their owner is deleted.</summary>
public enum PropagationPolicy
{
    /// <summary>The owner goes at once, dependents follow.</summary>
    Background,

    /// <summary>Dependents go first.</summary>
    Foreground,

    /// <summary>Dependents stay and lose the reference.</summary>
    Orphan,
}

/// <summary>Conditions and manner of a deletion.</summary>
public sealed record DeleteOptions
{
    /// <summary>Unconditional, in the background.</summary>
    public static DeleteOptions Default { get; } = new();

    /// <summary>What becomes of dependents.</summary>
    public PropagationPolicy Propagation { get; init; } = PropagationPolicy.Background;

    /// <summary>Refuse with a conflict unless the object has this uid.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Refuse with a conflict unless the object has this version.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Seconds a pod gets to end; null for its own setting.</summary>
    public int? GracePeriodSeconds { get; init; }
}

/// <summary>The four ways to patch an object.</summary>
public enum PatchType
{
    /// <summary>RFC 7386.</summary>
    Merge,

    /// <summary>RFC 6902.</summary>
    Json,

    /// <summary>Kubernetes' own, with merge keys for lists; built-in types only.</summary>
    StrategicMerge,

    /// <summary>Server-side apply.</summary>
    Apply,
}

/// <summary>A patch to send.</summary>
/// <param name="Type">How the body is to be understood.</param>
/// <param name="Body">The patch document.</param>
public sealed record Patch(PatchType Type, JsonNode Body)
{
    /// <summary>The field manager, required for <see cref="PatchType.Apply"/>; null for the client's own name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Take over fields that others own; only for <see cref="PatchType.Apply"/>.</summary>
    public bool Force { get; init; }

    /// <summary>The body as an immutable document if it was made of one, for who can do without another copy; null otherwise.</summary>
    public JsonElement? Document { get; private init; }

    /// <summary>A merge patch.</summary>
    public static Patch Merge(JsonObject body) => new(PatchType.Merge, body);

    /// <summary>A merge patch.</summary>
    /// <param name="document">A JSON object, which owns its memory.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static Patch MergeOf(JsonElement document) =>
        new(PatchType.Merge, JsonObject.Create(document) ?? throw new ArgumentException($"a merge patch is {document.ValueKind}, expected a JSON object", nameof(document))) { Document = document };

    /// <summary>A JSON patch.</summary>
    public static Patch Json(JsonArray body) => new(PatchType.Json, body);
}
