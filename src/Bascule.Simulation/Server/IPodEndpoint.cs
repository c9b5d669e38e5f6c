using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>Answers for pods, which are no objects of the simulated server: they are many, they change all the time, and few ask.</summary>
public interface IPodEndpoint
{
    /// <summary>The pods of some versions, those on their way out included.</summary>
    IEnumerable<KubeObject> List(IReadOnlySet<string> hashes);

    /// <summary>Sends a pod away; false when there is none of this name and uid.</summary>
    bool Evict(string name, string uid);
}
