using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Caches;
using Bascule.Controller.Hosting;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Views;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Traffic.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Hosting;

/// <summary>The controller as it runs, with a router that works by objects of the cluster.</summary>
public sealed class ControllerHostRoutingTests
{
    private static readonly ResourceType VirtualServices = RoutingTypes.Default.VirtualServices;
    private static readonly ResourceType HttpRoutes = RoutingTypes.Default.HttpRoutes;
    private static readonly ResourceType DestinationRules = RoutingTypes.Default.DestinationRules;

    private readonly DirectClient _client = new(new ApiServer(new Store(), TimeProvider.System, new Random(1)), "test");

    [Fact]
    public async Task VirtualService_FollowsTheSteps_AndAWeightEditedByHandIsPutRight_TRC26_TRIST38()
    {
        await using var pods = await StartAsync();
        await DefineAsync();
        await RouteAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateRolloutAsync();
        await PhaseAsync("Healthy");

        await NewVersionAsync();
        await PhaseAsync("Paused");
        Assert.Equal((80, 20), Weights(await _client.GetAsync(VirtualServices, new("default", "web"), CancellationToken.None)));

        var types = RolloutObserver.Types.Add(VirtualServices);
        var explanation = RolloutExplanation.Of(await SnapshotCache.ReadAsync(_client, "default", types, CancellationToken.None), new("default", "web"), DateTimeOffset.UtcNow)!;
        Assert.DoesNotContain(explanation.Reasons, r => r.Kind is ReasonKind.WaitingForTraffic or ReasonKind.Unsupported);

        await _client.PatchAsync(VirtualServices, new("default", "web"), Patch.Json([Replace("/spec/http/0/route/1/weight", 70)]), null, CancellationToken.None);
        await _client.UntilAsync(VirtualServices, "web", v => Weights(v) == (80, 20));

        await new RolloutActor(_client).SendAsync(new("default", "web"), RolloutActions.Promote(await ReadAsync()), CancellationToken.None);
        await PhaseAsync("Healthy");
        await _client.UntilAsync(VirtualServices, "web", v => Weights(v) == (100, 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("v1")]
    public async Task Version_ThatIsNotServed_IsAConditionOfTheRolloutUntilItAppears_TRIST36(string? other)
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        const string Message = "istio: the cluster does not serve VirtualService (virtualservices.networking.istio.io) in version v1alpha3: install its definition, or have the controller use a version that is served";
        if (other is not null)
            await DefineAsync(version: other);
        await CreateRolloutAsync();
        var held = await _client.UntilAsync(ArgoResources.Rollouts, "web", o => Rollout.Read(o.Root).Status.Condition(ConditionTypes.TrafficRoutingReady) is not null);
        var condition = Rollout.Read(held.Root).Status.Condition(ConditionTypes.TrafficRoutingReady)!;
        Assert.Equal(("False", "RoutingKindNotServed", Message), (condition.Status, condition.Reason, condition.Message));
        await _client.UntilEventAsync("TrafficRoutingError", Message);
        var explanation = RolloutExplanation.Of(await SnapshotCache.ReadAsync(_client, "default", RolloutObserver.Types, CancellationToken.None), new("default", "web"), DateTimeOffset.UtcNow)!;
        Assert.Contains(explanation.Reasons, r => r.Kind == ReasonKind.WaitingForTraffic && r.Message.StartsWith(Message, StringComparison.Ordinal));

        if (other is null)
            await DefineAsync();
        else
            await ServeAsToo("v1alpha3");
        await RouteAsync();

        await _client.UntilAsync(ArgoResources.Rollouts, "web", o => Rollout.Read(o.Root).Status is { Phase: "Healthy" } s && s.Condition(ConditionTypes.TrafficRoutingReady) is null);
    }

    [Fact]
    public async Task Version_ThatIsServedNoMore_IsNoticedWhenSomethingIsToBeWritten()
    {
        await using var pods = await StartAsync();
        await DefineAsync();
        await RouteAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateRolloutAsync();
        await PhaseAsync("Healthy");
        await ServeAsToo("v1");
        await ServeAsync(false);

        await NewVersionAsync();
        await _client.UntilAsync(ArgoResources.Rollouts, "web", o => Rollout.Read(o.Root).Status.Condition(ConditionTypes.TrafficRoutingReady) is { Reason: ConditionReasons.RoutingKindNotServed });

        await ServeAsync(true);
        var paused = await PhaseAsync("Paused");
        Assert.Null(paused.Status.Condition(ConditionTypes.TrafficRoutingReady));
        Assert.Equal((80, 20), Weights(await _client.GetAsync(VirtualServices, new("default", "web"), CancellationToken.None)));
    }

    [Fact]
    public async Task VirtualService_Missing_MakesTheSpecInvalidUntilItAppears()
    {
        await using var pods = await StartAsync();
        await DefineAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateRolloutAsync();
        var degraded = await PhaseAsync("Degraded");
        Assert.Contains("\"web\" not found in namespace \"default\"", degraded.Status.Message, StringComparison.Ordinal);

        var appeared = System.Diagnostics.Stopwatch.StartNew();
        await RouteAsync();
        await PhaseAsync("Healthy");
        Assert.True(appeared.Elapsed < TimeSpan.FromSeconds(15), "it was woken, not looked at again after its 20 seconds");
    }

    [Fact]
    public async Task DestinationRule_IsGivenBack_WhenItsRolloutGoesOrWentMeanwhile_TRC25_TRIST33_GC9()
    {
        // TR-MX-01
        await using var pods = await StartAsync();
        await DefineAsync("destinationrules", "DestinationRule");
        await RuleAsync("left-before", "gone");
        await RuleAsync("left-now", "web");
        await using var host = Host();
        await CreateRolloutAsync("left-now");
        await host.StartAsync(CancellationToken.None);
        await _client.UntilAsync(DestinationRules, "left-before", IsFree);
        Assert.False(IsFree(await _client.GetAsync(DestinationRules, new("default", "left-now"), CancellationToken.None)));

        await _client.DeleteAsync(ArgoResources.Rollouts, new("default", "web"), new DeleteOptions(), CancellationToken.None);

        await _client.UntilAsync(DestinationRules, "left-now", IsFree);
    }

    [Fact]
    public async Task GatewayApi_SaidNatively_IsKeptByTheDefinitionAndFollowsTheSteps()
    {
        await using var pods = await StartAsync();
        await DefineAsync("httproutes", "HTTPRoute", "v1", "gateway.networking.k8s.io");
        await _client.CreateAsync(HttpRoutes, "default", TestObjects.Json("""
            {
              "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": { "name": "web" },
              "spec": { "rules": [ { "backendRefs": [ { "name": "stable", "port": 80 }, { "name": "canary", "port": 80 } ] } ] }
            }
            """), CancellationToken.None);
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateRolloutAsync(routing: """{ "gatewayAPI": { "httpRoutes": [ { "name": "web", "useHeaderRoutes": true } ], "inProgressLabelKey": "moving" } }""");
        await PhaseAsync("Healthy");

        await NewVersionAsync();
        await PhaseAsync("Paused");

        var route = await _client.GetAsync(HttpRoutes, new("default", "web"), CancellationToken.None);
        Assert.Equal([80, 20], route.Root.Member("spec").Items("rules").First().Items("backendRefs").Select(b => b.Int("weight")));
        Assert.Equal("in-progress", route.Labels["moving"]);
    }

    private static bool IsFree(KubeObject rule) =>
        rule.Annotations.Count == 0 && rule.Root.Member("spec").Items("subsets").All(s => s.Member("labels").Text("rollouts-pod-template-hash") is null);

    private Task<KubeObject> RuleAsync(string name, string manager) => _client.CreateAsync(DestinationRules, "default", TestObjects.Json($$"""
        {
          "apiVersion": "networking.istio.io/v1alpha3", "kind": "DestinationRule",
          "metadata": { "name": "{{name}}", "annotations": { "argo-rollouts.argoproj.io/managed-by-rollouts": "{{manager}}" } },
          "spec": { "host": "web", "subsets": [ { "name": "stable", "labels": { "rollouts-pod-template-hash": "a" } }, { "name": "canary", "labels": { "rollouts-pod-template-hash": "b" } } ] }
        }
        """), CancellationToken.None);

    private ControllerHost Host() => new(_client, new ControllerHostOptions(), TimeProvider.System, new Random(2), NullLoggerFactory.Instance);

    private async Task<TestPods> StartAsync()
    {
        await CustomResources.InstallAsync(_client, TimeProvider.System, CancellationToken.None);
        foreach (var name in (string[])["stable", "canary"])
        {
            await _client.CreateAsync(ResourceTypes.Services, "default", TestObjects.Json($$"""
                { "metadata": { "name": "{{name}}" }, "spec": { "selector": { "app": "web" }, "ports": [ { "port": 80 } ] } }
                """), CancellationToken.None);
        }

        return new TestPods(_client);
    }

    /// <summary>Takes anything under the names of Istio's definition.</summary>
    private Task<KubeObject> DefineAsync(string plural = "virtualservices", string kind = "VirtualService", string version = "v1alpha3", string group = "networking.istio.io") => _client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, TestObjects.Json($$$"""
        {
          "metadata": { "name": "{{{plural}}}.{{{group}}}" },
          "spec": {
            "group": "{{{group}}}", "scope": "Namespaced", "names": { "plural": "{{{plural}}}", "kind": "{{{kind}}}" },
            "versions": [ { "name": "{{{version}}}", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } } ]
          }
        }
        """), CancellationToken.None);

    private Task<KubeObject> ServeAsToo(string version) => _client.PatchAsync(ResourceTypes.CustomResourceDefinitions, new(null, "virtualservices.networking.istio.io"), Patch.Json([TestObjects.Json($$$"""
        {
          "op": "add", "path": "/spec/versions/-",
          "value": { "name": "{{{version}}}", "served": true, "storage": false, "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }
        }
        """)]), null, CancellationToken.None);

    /// <summary>Serves the first version of VirtualServices, or does not.</summary>
    private Task<KubeObject> ServeAsync(bool served) => _client.PatchAsync(
        ResourceTypes.CustomResourceDefinitions, new(null, "virtualservices.networking.istio.io"), Patch.Json([Replace("/spec/versions/0/served", served)]), null, CancellationToken.None);

    private Task<KubeObject> RouteAsync() => _client.CreateAsync(VirtualServices, "default", TestObjects.Json("""
        {
          "apiVersion": "networking.istio.io/v1alpha3", "kind": "VirtualService", "metadata": { "name": "web" },
          "spec": { "http": [ { "route": [
            { "destination": { "host": "stable" }, "weight": 100 }, { "destination": { "host": "canary" }, "weight": 0 } ] } ] }
        }
        """), CancellationToken.None);

    private Task<KubeObject> CreateRolloutAsync(string? rule = null, string? routing = null) => _client.CreateAsync(ArgoResources.Rollouts, "default", TestObjects.Json($$$"""
        {
          "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "web" },
          "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": "web" } },
            "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } },
            "strategy": { "canary": {
              "canaryService": "canary", "stableService": "stable",
              "trafficRouting": {{{routing ?? Istio(rule)}}},
              "steps": [ { "setWeight": 20 }, { "pause": {} } ] } }
          }
        }
        """), CancellationToken.None);

    private static string Istio(string? rule)
    {
        var subsets = rule is null ? "" : $$"""
            "destinationRule": { "name": "{{rule}}", "canarySubsetName": "canary", "stableSubsetName": "stable" },
            """;
        return $$"""{ "istio": { {{subsets}} "virtualService": { "name": "web" } } }""";
    }

    private async Task NewVersionAsync() => await new RolloutActor(_client).SendAsync(
        new("default", "web"), RolloutActions.SetImage(await ReadAsync(), new Dictionary<string, string> { ["web"] = "web:2" }), CancellationToken.None);

    private async Task<Rollout> ReadAsync() => Rollout.Read((await _client.GetAsync(ArgoResources.Rollouts, new("default", "web"), CancellationToken.None)).Root);

    private async Task<Rollout> PhaseAsync(string phase) => Rollout.Read((await _client.UntilAsync(
        ArgoResources.Rollouts, "web", o => Rollout.Read(o.Root) is { } r && r.Status.Phase == phase && r.Status.ObservedGeneration == $"{r.Meta.Generation}")).Root);

    private static (int Stable, int Canary) Weights(KubeObject service)
    {
        var route = service.Root.Member("spec").Items("http").First().Items("route").ToList();
        return (route[0].Int("weight") ?? 0, route[1].Int("weight") ?? 0);
    }

    private static JsonObject Replace(string path, JsonNode value) => new() { ["op"] = "replace", ["path"] = path, ["value"] = value };
}
