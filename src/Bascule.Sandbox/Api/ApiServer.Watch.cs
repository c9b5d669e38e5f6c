using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    /// <summary>Starts a watch.</summary>
    /// <exception cref="KubeException">410: the version is no longer remembered; list again.</exception>
    internal ApiWatch Watch(ServedResource resource, string? @namespace, WatchQuery query)
    {
        if (!resource.IsStored)
            throw ApiErrors.MethodNotAllowed();
        var storage = StorageOf(resource);
        var version = query.ResourceVersion is { Length: > 0 } text ? ParseVersion(text) : 0;
        var snapshot = Store.Current;
        if (version > 0 && query.SendInitialEvents is null)
            return new(Store, Store.TryWatch(storage, @namespace, version) ?? throw TooOld(version), query, []);

        var initial = new List<ApiEvent>();
        if (query.SendInitialEvents is not false)
        {
            initial.AddRange(snapshot.Read(storage, @namespace)
                .Where(o => query.Labels.Matches(o) && query.Fields.Matches(o))
                .Select(o => new ApiEvent(WatchEventType.Added, o, o.Version)));
        }

        if (query.SendInitialEvents is true)
            initial.Add(new(WatchEventType.Bookmark, null, snapshot.Version, EndsInitialEvents: true));
        return new(Store, Store.TryWatch(storage, @namespace, snapshot.Version) ?? throw TooOld(snapshot.Version), query, initial);
    }
}
