using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Controller.Services;
using Bascule.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Services;

public sealed class ServiceReconcilerTests
{
    private static readonly ObjectKey Service = new("default", "web");

    [Theory]
    [InlineData("gone", "")]
    [InlineData("web", "")]
    [InlineData("names-it", "managed hash")]
    [InlineData(null, "hash")]
    public async Task Reconcile_ManagedService_IsGivenBackUnlessItsRolloutNamesIt_GC7_GC8_GC10(string? manager, string left)
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        var other = cluster.Cache.Get(ArgoResources.Rollouts, Service)!.ToNode();
        other["metadata"] = new JsonObject { ["name"] = "names-it" };
        other["spec"]!["strategy"]!["canary"]!["stableService"] = "web";
        await cluster.Client.CreateAsync(ArgoResources.Rollouts, "default", other, CancellationToken.None);
        await CreateServiceAsync(cluster, manager);

        await new ServiceReconciler(cluster.Client, cluster.Cache, NullLogger<ServiceReconciler>.Instance).ReconcileAsync(Service, CancellationToken.None);

        var service = cluster.Cache.Get(ResourceTypes.Services, Service)!;
        var selector = service.Root.GetProperty("spec").GetProperty("selector");
        Assert.Equal(left, string.Join(' ', new[] { ServiceReconciler.IsManaged(service) ? "managed" : null, selector.TryGetProperty(Labels.PodTemplateHash, out _) ? "hash" : null }.OfType<string>()));
        Assert.Equal("web", selector.GetProperty("app").GetString());
    }

    private static Task<KubeObject> CreateServiceAsync(TestCluster cluster, string? manager)
    {
        var annotations = new JsonObject();
        if (manager is not null)
            annotations[Annotations.ManagedBy] = manager;
        return cluster.Client.CreateAsync(
            ResourceTypes.Services,
            Service.Namespace,
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = Service.Name, ["annotations"] = annotations },
                ["spec"] = new JsonObject
                {
                    ["selector"] = new JsonObject { ["app"] = "web", [Labels.PodTemplateHash] = "abc" },
                    ["ports"] = new JsonArray(new JsonObject { ["port"] = 80 }),
                },
            },
            CancellationToken.None);
    }
}
