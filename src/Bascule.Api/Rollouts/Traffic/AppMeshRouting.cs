using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>AWS App Mesh's part of <c>trafficRouting</c> (SPEC-70).</summary>
public sealed record AppMeshRouting
{
    /// <summary>True when there is a <c>virtualService</c> (REF-13).</summary>
    public bool HasVirtualService { get; init; }

    /// <summary>The VirtualService whose router is changed; empty when not set.</summary>
    public string VirtualServiceName { get; init; } = "";

    /// <summary>The routes of its router that are changed; empty for all.</summary>
    public ImmutableArray<string> Routes { get; init; } = [];

    /// <summary>The new version's VirtualNode; empty when not set.</summary>
    public string CanaryVirtualNode { get; init; } = "";

    /// <summary>The stable version's VirtualNode; empty when not set.</summary>
    public string StableVirtualNode { get; init; } = "";

    /// <summary>Reads <c>appMesh</c>.</summary>
    public static AppMeshRouting Read(JsonElement appMesh)
    {
        var (service, nodes) = (appMesh.Member("virtualService"), appMesh.Member("virtualNodeGroup"));
        return new()
        {
            HasVirtualService = appMesh.MemberOrNull("virtualService") is not null,
            VirtualServiceName = service.Text("name") ?? "",
            Routes = service.Texts("routes"),
            CanaryVirtualNode = nodes.Member("canaryVirtualNodeRef").Text("name") ?? "",
            StableVirtualNode = nodes.Member("stableVirtualNodeRef").Text("name") ?? "",
        };
    }
}
