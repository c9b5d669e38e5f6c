using Bascule.Controller.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Tests;

/// <summary>A cache that is never behind: every look asks the API, which answers at once.</summary>
internal sealed class TestLiveCache(IKubeClient client) : IObjectCache
{
    public bool Holds(ResourceType type) => RolloutObserver.Types.Contains(type);

    /// <summary>Names that the cache does not show, as an informer leaves out what its selector does not match.</summary>
    public HashSet<string> Unseen { get; } = [];

    public KubeObject? Get(ResourceType type, ObjectKey key) => List(type, key.Namespace).FirstOrDefault(o => o.Name == key.Name);

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace)
    {
        var answer = client.ListAsync(type, type.Namespaced ? @namespace : null, ListOptions.All, CancellationToken.None);
        Assert.True(answer.IsCompleted, "the API without HTTP answers at once");
        return [.. answer.GetAwaiter().GetResult().Items.Where(o => !Unseen.Contains(o.Name))];
    }

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => [.. List(type, null).Where(o => o.ControllerUid == controllerUid)];
}
