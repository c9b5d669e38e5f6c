using System.Globalization;
using Bascule.Kube;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>What to list.</summary>
internal sealed record ListQuery
{
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;

    public FieldSelector Fields { get; init; } = FieldSelector.Everything;

    /// <summary>The most objects to answer with; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>The token of the page before; null for the first page.</summary>
    public string? Continue { get; init; }

    /// <summary>The version asked for; null or 0 for any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>The version asked for is meant exactly, not as the oldest acceptable one.</summary>
    public bool Exact { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The objects in order.</param>
/// <param name="Version">The version of the whole list, the same on every page.</param>
/// <param name="Continue">The token for the next page; null on the last.</param>
/// <param name="Remaining">How many objects are left after this page; null when a selector makes that unknown.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Version, string? Continue, long? Remaining);

public sealed partial class ApiServer
{
    internal StoredObject Get(ServedResource resource, ObjectKey key)
    {
        if (!resource.IsStored)
            throw ApiErrors.MethodNotAllowed();
        return Store.Get(StorageOf(resource), key) ?? throw ApiErrors.NotFound(resource.Type, key.Name);
    }

    internal ListPage List(ServedResource resource, string? @namespace, ListQuery query)
    {
        if (!resource.IsStored)
            throw ApiErrors.MethodNotAllowed();
        var storage = StorageOf(resource);
        var (snapshot, after) = Place(storage, query);
        var filtered = !query.Labels.IsEverything || !query.Fields.IsEverything;
        var items = snapshot.Read(storage, @namespace, after);
        if (filtered)
            items = items.Where(o => query.Labels.Matches(o) && query.Fields.Matches(o));
        if (query.Limit == 0)
            return new([.. items], snapshot.Version, null, null);

        var page = items.Take(query.Limit + 1).ToList();
        if (page.Count <= query.Limit)
            return new(page, snapshot.Version, null, null);
        page.RemoveAt(query.Limit);
        var last = page[^1].Key;
        long? remaining = filtered ? null : snapshot.Read(storage, @namespace, last).LongCount();
        return new(page, snapshot.Version, new ContinueToken(snapshot.Version, last).ToString(), remaining);
    }

    /// <summary>A version in a request.</summary>
    /// <exception cref="KubeException">400: not a version; 504: a version of the future.</exception>
    internal long ParseVersion(string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw ApiErrors.BadRequest($"Invalid value: \"{text}\": resourceVersion: found a text, expected a whole number");
        var now = Store.Current.Version;
        if (version > now)
            throw ApiErrors.Make(System.Net.HttpStatusCode.GatewayTimeout, "Timeout", $"Too large resource version: {version}, current: {now}", new() { ["causes"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }), ["retryAfterSeconds"] = 1 });
        return version;
    }

    private (StoreSnapshot Snapshot, ObjectKey? After) Place(StorageKey storage, ListQuery query)
    {
        if (query.Continue is { Length: > 0 } text)
        {
            var token = ContinueToken.Parse(text);
            var then = Store.TryReadAt(storage, token.Version)
                ?? throw ApiErrors.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");
            return (then, token.After);
        }

        if (query.ResourceVersion is { Length: > 0 } wanted && ParseVersion(wanted) is > 0 and var version && query.Exact)
            return (Store.TryReadAt(storage, version) ?? throw TooOld(version), null);
        return (Store.Current, null);
    }

    private KubeException TooOld(long version) => ApiErrors.Expired($"too old resource version: {version} ({Store.OldestVersion})");
}
