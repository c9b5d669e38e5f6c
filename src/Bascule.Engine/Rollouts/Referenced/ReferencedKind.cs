namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Kinds of routing objects that a Rollout names and that are looked at before it runs (REF-9 to REF-13).</summary>
public enum ReferencedKind
{
    /// <summary>An Ingress, for ingress-nginx and the AWS load balancer controller.</summary>
    Ingress,

    /// <summary>Istio's VirtualService.</summary>
    IstioVirtualService,

    /// <summary>Ambassador's Mapping.</summary>
    AmbassadorMapping,

    /// <summary>App Mesh's VirtualService.</summary>
    AppMeshVirtualService,

    /// <summary>App Mesh's VirtualRouter, which a VirtualService of App Mesh names.</summary>
    AppMeshVirtualRouter,
}
