using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Simulation.World;

/// <summary>What the ReplicaSet controller and the kubelets read in a ReplicaSet.</summary>
/// <param name="Wanted"><c>spec.replicas</c>.</param>
/// <param name="MinReady"><c>spec.minReadySeconds</c>.</param>
/// <param name="Behaviour">What its image does.</param>
/// <param name="PodMetadata">The labels and annotations that its pods are made with.</param>
internal sealed record ReplicaSetScript(int Wanted, TimeSpan MinReady, PodBehaviour Behaviour, JsonElement PodMetadata)
{
    /// <summary>Reads a ReplicaSet.</summary>
    public static ReplicaSetScript Read(JsonElement root)
    {
        var spec = root.Member("spec");
        var template = spec.Member("template");
        var image = template.Member("spec").Items("containers").First().Text("image") ?? "";
        return new(
            spec.Int("replicas") ?? 1,
            TimeSpan.FromSeconds(spec.Int("minReadySeconds") ?? 0),
            Enum.Parse<PodBehaviour>(image[(image.LastIndexOf('-') + 1)..], ignoreCase: true),
            template.Member("metadata"));
    }
}
