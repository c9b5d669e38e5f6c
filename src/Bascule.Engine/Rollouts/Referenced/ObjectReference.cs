namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Names a routing object.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ObjectReference(ReferencedKind Kind, string Namespace, string Name)
{
    /// <summary>The resource as the API names it, for messages.</summary>
    internal string Resource => Kind switch
    {
        ReferencedKind.Ingress => "ingresses.networking.k8s.io",
        ReferencedKind.IstioVirtualService => "virtualservices.networking.istio.io",
        ReferencedKind.AmbassadorMapping => "mappings.getambassador.io",
        ReferencedKind.AppMeshVirtualService => "virtualservices.appmesh.k8s.aws",
        ReferencedKind.AppMeshVirtualRouter => "virtualrouters.appmesh.k8s.aws",
    };
}
