using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>Answers for pods, which are no objects of the simulated server: they are many, they change all the time, and few ask.</summary>
public interface IPodEndpoint
{
    /// <summary>The pods of some versions, those on their way out included.</summary>
    IEnumerable<KubeObject> List(IReadOnlySet<string> hashes);

    /// <summary>Sends a pod away.</summary>
    /// <returns>Why it stays: there is none of this name and uid, or a disruption budget is in the way; null when it goes.</returns>
    KubeException? Evict(string name, string uid);

    /// <summary>Lays labels and annotations over those of a pod; null when there is none of this name, which no other pod will ever have.</summary>
    KubeObject? Patch(string name, JsonElement metadata);
}
