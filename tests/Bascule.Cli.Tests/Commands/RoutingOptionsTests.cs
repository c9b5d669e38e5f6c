using System.CommandLine;
using Bascule.Cli.Commands;
using Bascule.Traffic.Objects;

namespace Bascule.Cli.Tests.Commands;

/// <summary>The versions of APIs that the controller is told to speak.</summary>
public sealed class RoutingOptionsTests
{
    [Fact]
    public void Options_NotGiven_AreTheIncumbents_TRIST01_TRSMI01_TRAMB01_TRMSH01_TRTRF01_TRNGX01() => Assert.Equal(RoutingTypes.Default, Read(""));

    [Theory]
    [InlineData("--istio-api-version v1", "VirtualServices=networking.istio.io/v1/virtualservices DestinationRules=networking.istio.io/v1/destinationrules")]
    [InlineData("--ambassador-api-version v3alpha1", "Mappings=getambassador.io/v3alpha1/mappings")]
    [InlineData("--ambassador-api-version x.getambassador.io/v3alpha1", "Mappings=x.getambassador.io/v3alpha1/ambassadormappings")]
    [InlineData("--ambassador-api-version example.com/v1", "Mappings=example.com/v1/mappings")]
    [InlineData("--traffic-split-api-version v1alpha3", "TrafficSplits=split.smi-spec.io/v1alpha3/trafficsplits")]
    [InlineData("--appmesh-crd-version v1", "AppMeshVirtualServices=appmesh.k8s.aws/v1/virtualservices AppMeshVirtualRouters=appmesh.k8s.aws/v1/virtualrouters AppMeshVirtualNodes=appmesh.k8s.aws/v1/virtualnodes")]
    [InlineData("--traefik-api-group traefik.containo.us", "TraefikServices=traefik.containo.us/v1alpha1/traefikservices")]
    [InlineData("--traefik-api-version traefik.io/v1", "TraefikServices=traefik.io/v1/traefikservices")]
    [InlineData("--ingress-api-version networking.k8s.io/v1", "")]
    [InlineData("--aws-target-group-binding-api-version elbv2.k8s.aws/v1", "TargetGroupBindings=elbv2.k8s.aws/v1/targetgroupbindings")]
    public void Option_Given_ChangesItsObjectsAlone_TRIST01_TRSMI01_TRAMB01_TRMSH01_TRTRF01_TRNGX01(string args, string changed)
    {
        var read = Read(args);

        var differences = typeof(RoutingTypes).GetProperties().Where(p => p.PropertyType == typeof(Kube.ResourceType))
            .Select(p => (p.Name, Type: (Kube.ResourceType)p.GetValue(read)!, Usual: (Kube.ResourceType)p.GetValue(RoutingTypes.Default)!))
            .Where(p => p.Type != p.Usual).Select(p => $"{p.Name}={p.Type.ApiVersion}/{p.Type.Plural}");
        Assert.Equal(changed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), differences.Order());
    }

    private static RoutingTypes Read(string args)
    {
        var command = new Command("controller");
        var options = new RoutingOptions(command);
        var parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }
}
