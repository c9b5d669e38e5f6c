using System.Collections.Frozen;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Routing;
using Bascule.Sandbox.Gateway.Serving;
using Bascule.Sandbox.Gateway.Sources;

namespace Bascule.Sandbox.Gateway;

/// <summary>
/// Makes the table of routes anew when some routing object changed, and then tells the objects how they are served. It
/// has one key: a burst of changes is one new table.
/// </summary>
/// <param name="cache">Holds all types of <see cref="RouteSources.Types"/>, Services, slices, pods and namespaces.</param>
/// <param name="directory">Finds the pods.</param>
/// <param name="handler">Follows the table.</param>
/// <param name="statuses">Tells the objects.</param>
/// <param name="events">Told of what cannot be served.</param>
/// <param name="random">Where choices begin.</param>
internal sealed class RouteCompiler(IObjectCache cache, BackendDirectory directory, RequestHandler handler, RouteStatuses statuses, IEventSink events, Random random) : IReconciler
{
    /// <summary>The one key.</summary>
    public static ObjectKey Key { get; } = new(null, "routes");

    private HashSet<(ResourceType Type, string Uid, string Why)> _told = [];

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var objects = new RouteObjects(cache);
        var rules = RouteSources.Read(objects);
        var pools = directory.Pools(rules.SelectMany(r => r.Forward.Targets).SelectMany(t => t.Mirrors.Select(m => m.Service).Prepend(t.Service)));
        handler.Follow(RouteTable<Route>.Of(rules, r => new Route(r.Forward, pools, random)));
        Tell(objects.Problems);
        await statuses.WriteAsync(objects, cancellationToken);
        return null;
    }

    /// <summary>Whether a change can change the table: a status never does.</summary>
    public static bool Matters(ObjectChange change) =>
        change is not { Old: { } old, New: { } now } || old.Uid != now.Uid || old.Generation != now.Generation || !Same(old.Annotations, now.Annotations);

    private static bool Same(FrozenDictionary<string, string> one, FrozenDictionary<string, string> other) =>
        one.Count == other.Count && one.All(a => other.TryGetValue(a.Key, out var value) && value == a.Value);

    /// <summary>Each problem is told once, as long as it lasts.</summary>
    private void Tell(IReadOnlyList<RouteProblem> problems)
    {
        var now = problems.Select(p => (p.Type, p.Source.Uid, p.Why)).ToHashSet();
        foreach (var problem in problems.Where(p => !_told.Contains((p.Type, p.Source.Uid, p.Why))))
            events.Record(new KubeEvent(ObjectReference.To(problem.Type, problem.Source), EventSeverity.Warning, "NotServed", $"The gateway does not serve this as written: {problem.Why}"));
        _told = now;
    }
}
