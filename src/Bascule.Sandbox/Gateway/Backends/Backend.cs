using System.Net;
using Bascule.Kube;

namespace Bascule.Sandbox.Gateway.Backends;

/// <summary>A pod that serves a port, with what metrics say of it.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Workload">Its owner's name as Istio derives it: a ReplicaSet's without its hash.</param>
/// <param name="App">Its label <c>app</c>; empty when it has none.</param>
/// <param name="Version">Its label <c>version</c>; empty when it has none.</param>
internal sealed record Backend(IPEndPoint Address, string Namespace, string Workload, string App, string Version)
{
    /// <summary>The endings of the labels in which controllers of ReplicaSets write the hash.</summary>
    private const string HashLabel = "pod-template-hash";

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode(); // Enough to tell pods apart, and asked for with every request.

    /// <summary>Reads a pod; one that nobody knows has an address only.</summary>
    public static Backend Of(IPEndPoint at, string @namespace, KubeObject? pod) => pod is null
        ? new(at, @namespace, "", "", "")
        : new(at, @namespace, WorkloadOf(pod), Label(pod, "app.kubernetes.io/name", "app"), Label(pod, "app.kubernetes.io/version", "version"));

    private static string Label(KubeObject pod, string recommended, string usual) => pod.Labels.GetValueOrDefault(recommended) ?? pod.Labels.GetValueOrDefault(usual) ?? "";

    private static string WorkloadOf(KubeObject pod)
    {
        var owner = pod.Root.At("metadata").Items("ownerReferences").FirstOrDefault(o => o.IsTrue("controller"));
        if (owner.Text("name") is not { } name)
            return pod.Name;
        var hash = pod.Labels.FirstOrDefault(l => l.Key.EndsWith(HashLabel, StringComparison.Ordinal)).Value;
        return owner.Text("kind") == ResourceTypes.ReplicaSets.Kind && hash is { Length: > 0 } && name.EndsWith("-" + hash, StringComparison.Ordinal) ? name[..^(hash.Length + 1)] : name;
    }
}
