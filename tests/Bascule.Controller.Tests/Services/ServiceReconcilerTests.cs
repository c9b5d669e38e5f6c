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
    [InlineData("gone", "", null)]
    [InlineData("web", "", """{ "observedGeneration": "1" }""")]
    [InlineData("web", "managed hash", null)]
    [InlineData("web", "managed hash", """{ "observedGeneration": "0" }""")]
    [InlineData("web", "managed hash", """{ "observedGeneration": "1", "conditions": [{ "type": "InvalidSpec", "status": "True", "reason": "InvalidSpec", "message": "", "lastUpdateTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z" }] }""")]
    [InlineData("names-it", "managed hash", null)]
    [InlineData(null, "hash", null)]
    public async Task Reconcile_ManagedService_IsGivenBackUnlessItsRolloutNamesItOrCannotRun_GC7_GC8_GC10(string? manager, string left, string? status)
    {
        // TR-C-19
        var cluster = await TestCluster.WithRolloutAsync("[]");
        if (status is not null)
            await cluster.Client.PatchAsync(ArgoResources.Rollouts, Service, Patch.Merge(new JsonObject { ["status"] = JsonNode.Parse(status) }), "status", CancellationToken.None);
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
