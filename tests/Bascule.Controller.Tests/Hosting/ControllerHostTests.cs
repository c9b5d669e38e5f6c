using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Hosting;

/// <summary>The controller as it runs: informers, queues and workers over the sandbox's API without HTTP.</summary>
public sealed class ControllerHostTests
{
    /// <summary>Far more than anything here takes; only a failing test waits for it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly DirectClient _client = new(new ApiServer(new Store(), TimeProvider.System, new Random(1)), "test");

    [Fact]
    public async Task Host_NewImage_GoesThroughItsStepsAndWakesByItself()
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateAsync("web");
        await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy);

        await SendAsync("web", RolloutActions.SetImage(await ReadAsync("web"), new Dictionary<string, string> { ["web"] = "web:2" }));

        var done = await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy && r.Meta.Generation.ToString() == r.Status.ObservedGeneration && r.Status.StableRS == r.Status.CurrentPodHash && r.Meta.Annotations[Annotations.Revision] == "2");
        Assert.Equal(2, done.Status.CurrentStepIndex);
    }

    [Fact]
    public async Task Host_Experiment_RunsToItsEndByItself_EX15()
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);

        await _client.CreateAsync(ArgoResources.Experiments, "default", TestObjects.Json("""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Experiment", "metadata": { "name": "ex" },
              "spec": {
                "duration": "1s", "scaleDownDelaySeconds": 1,
                "templates": [ {
                  "name": "a", "selector": { "matchLabels": { "app": "a" } },
                  "template": { "metadata": { "labels": { "app": "a" } }, "spec": { "containers": [ { "name": "c", "image": "a:1" } ] } }
                } ]
              }
            }
            """), CancellationToken.None);

        await UntilAsync(ArgoResources.Experiments, "ex", e => e.Root.Member("status").Text("phase") == "Successful");
        await UntilAsync(ResourceTypes.ReplicaSets, "ex-a", r => r.Root.Member("spec").Int("replicas") == 0);
    }

    [Fact]
    public async Task Host_AtRest_LeavesARolloutAloneWhileAnotherChanges()
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateAsync("web");
        var rest = await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy && r.Status.Condition(ConditionTypes.Healthy)?.Status == "True");

        await CreateAsync("other");
        await UntilAsync("other", r => r.Status.Condition(ConditionTypes.Healthy)?.Status == "True");

        Assert.Equal(rest.Meta.ResourceVersion, (await ReadAsync("web")).Meta.ResourceVersion);
    }

    [Fact]
    public async Task Host_OrphanWithoutAVersion_IsNeitherSeenNorAdopted_RT2_VER3()
    {
        await using var pods = await StartAsync();
        await CreateOrphanAsync("unversioned", "{}");
        await CreateOrphanAsync("versioned", $$"""{ "{{Labels.PodTemplateHash}}": "abc" }""");
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateAsync("web");

        var adopted = await UntilAsync(ResourceTypes.ReplicaSets, "versioned", r => r.ControllerUid is not null);
        var rollout = await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy);

        Assert.Equal(rollout.Meta.Uid, adopted.ControllerUid);
        Assert.Null(host.Cache.Get(ResourceTypes.ReplicaSets, new("default", "unversioned")));
        Assert.Null((await _client.GetAsync(ResourceTypes.ReplicaSets, new("default", "unversioned"), CancellationToken.None)).ControllerUid);
    }

    [Fact]
    public async Task Host_TellsOfARolloutsArrivalAndEnd_EV1_EV21_GC6()
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await CreateAsync("web");
        await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy);
        await _client.DeleteAsync(ArgoResources.Rollouts, new("default", "web"), new DeleteOptions(), CancellationToken.None);

        await ToldAsync("RolloutAddedToInformer", "Rollout resource added to informer: default/web");
        await ToldAsync("RolloutDeleted", "Rollout web/default is deleted.");
    }

    [Fact]
    public async Task Host_OtherInstance_IsLeftAlone_RT1()
    {
        await using var pods = await StartAsync();
        await using var host = Host(new ControllerHostOptions { InstanceId = "mine" });
        await host.StartAsync(CancellationToken.None);
        await CreateAsync("theirs");
        await CreateAsync("ours", instance: "mine");

        await UntilAsync("ours", r => r.Status.Phase == RolloutPhases.Healthy);

        Assert.Equal("", (await ReadAsync("theirs")).Status.ObservedGeneration);
    }

    [Fact]
    public async Task Host_WithoutOurKinds_SaysSoInsteadOfWaiting()
    {
        await using var host = Host();

        var refused = await Assert.ThrowsAsync<KubeException>(() => host.StartAsync(CancellationToken.None).WaitAsync(Bound));

        Assert.True(refused.IsNotFound);
    }

    [Fact]
    public async Task Host_Disposed_CompletesAndActsNoMore()
    {
        await using var pods = await StartAsync();
        var host = Host();
        await host.StartAsync(CancellationToken.None);

        await host.DisposeAsync().AsTask().WaitAsync(Bound);

        Assert.True(host.Completion.IsCompletedSuccessfully);
        Assert.False(host.IsActing);
        await CreateAsync("late");
        Assert.Equal("", (await ReadAsync("late")).Status.ObservedGeneration);
    }

    [Fact]
    public async Task Host_TwoCandidates_OnlyTheLeaderActs_AndTheOtherTakesOver()
    {
        await using var pods = await StartAsync();
        var first = Host(new ControllerHostOptions { LeaderIdentity = "first", LeaseNamespace = "default" });
        await first.StartAsync(CancellationToken.None);
        await ConditionAsync(() => first.IsActing);
        await using var second = Host(new ControllerHostOptions { LeaderIdentity = "second", LeaseNamespace = "default" });
        await second.StartAsync(CancellationToken.None);
        Assert.False(second.IsActing);

        await first.DisposeAsync();
        await ConditionAsync(() => second.IsActing);

        await CreateAsync("web");
        await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy);
    }

    [Fact]
    public async Task Host_WorkloadAppearsAndChanges_WakesItsRollout_SPEC15_SPEC18_RT13_E2E95()
    {
        await using var pods = await StartAsync();
        await using var host = Host();
        await host.StartAsync(CancellationToken.None);
        await _client.CreateAsync(ArgoResources.Rollouts, "default", TestObjects.Json("""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "web" },
              "spec": {
                "replicas": 2,
                "workloadRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "old", "scaleDown": "onsuccess" },
                "strategy": { "canary": { "steps": [ { "setWeight": 50 }, { "pause": {} } ] } }
              }
            }
            """), CancellationToken.None);
        await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Degraded);

        var appeared = System.Diagnostics.Stopwatch.StartNew();
        await CreateDeploymentAsync("unrelated");
        await CreateDeploymentAsync("old");
        await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Healthy);
        Assert.True(appeared.Elapsed < TimeSpan.FromSeconds(15), "it was woken, not looked at again after its 20 seconds");
        await UntilAsync(ResourceTypes.Deployments, "old", d => d.Root.Member("spec").Int("replicas") == 0);

        await _client.PatchAsync(
            ResourceTypes.Deployments,
            new("default", "old"),
            Patch.Json(TestObjects.Json("""{"p":[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"web:2"}]}""")["p"]!.DeepClone().AsArray()),
            null,
            CancellationToken.None);
        var paused = await UntilAsync("web", r => r.Status.Phase == RolloutPhases.Paused);
        Assert.Equal((2, 1), (paused.Status.Replicas, paused.Status.UpdatedReplicas));
        Assert.Null(paused.Spec.Template);
    }

    private Task<KubeObject> CreateDeploymentAsync(string name) => _client.CreateAsync(ResourceTypes.Deployments, "default", TestObjects.Json($$"""
        {
          "metadata": { "name": "{{name}}" },
          "spec": {
            "replicas": 2, "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": { "metadata": { "labels": { "app": "{{name}}" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } }
          }
        }
        """), CancellationToken.None);

    /// <summary>A ReplicaSet that nobody controls and that the selector of <c>web</c> matches.</summary>
    private Task<KubeObject> CreateOrphanAsync(string name, string labels)
    {
        var orphan = TestObjects.Json($$"""
            {
              "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": { "name": "{{name}}" },
              "spec": {
                "replicas": 0, "selector": { "matchLabels": { "app": "web" } },
                "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "web", "image": "web:0" } ] } }
              }
            }
            """);
        var own = TestObjects.Json(labels);
        own["app"] = "web";
        orphan["metadata"]!["labels"] = own;
        return _client.CreateAsync(ResourceTypes.ReplicaSets, "default", orphan, CancellationToken.None);
    }

    private ControllerHost Host(ControllerHostOptions? options = null) =>
        new(_client, options ?? new ControllerHostOptions(), TimeProvider.System, new Random(2), NullLoggerFactory.Instance);

    private async Task<TestPods> StartAsync()
    {
        await CustomResources.InstallAsync(_client, TimeProvider.System, CancellationToken.None);
        return new TestPods(_client);
    }

    private Task<KubeObject> CreateAsync(string name, string? instance = null)
    {
        var labels = new JsonObject();
        if (instance is not null)
            labels[Labels.InstanceId] = instance;
        var rollout = TestObjects.Json($$"""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "{{name}}" },
              "spec": {
                "replicas": 2,
                "selector": { "matchLabels": { "app": "{{name}}" } },
                "template": { "metadata": { "labels": { "app": "{{name}}" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } },
                "strategy": { "canary": { "steps": [ { "setWeight": 50 }, { "pause": { "duration": "1s" } } ] } }
              }
            }
            """);
        rollout["metadata"]!["labels"] = labels;
        return _client.CreateAsync(ArgoResources.Rollouts, "default", rollout, CancellationToken.None);
    }

    private Task SendAsync(string name, IEnumerable<RolloutPatch> patches) => new RolloutActor(_client).SendAsync(new("default", name), patches, CancellationToken.None);

    private async Task<Rollout> ReadAsync(string name) => Rollout.Read((await _client.GetAsync(ArgoResources.Rollouts, new("default", name), CancellationToken.None)).Root);

    private async Task<Rollout> UntilAsync(string name, Func<Rollout, bool> condition) =>
        Rollout.Read((await UntilAsync(ArgoResources.Rollouts, name, o => condition(Rollout.Read(o.Root)))).Root);

    private Task<KubeObject> UntilAsync(ResourceType type, string name, Func<KubeObject, bool> condition) => _client.UntilAsync(type, name, condition);

    private async Task ToldAsync(string reason, string message)
    {
        using var bound = new CancellationTokenSource(Bound);
        KubeObject? told;
        while ((told = (await _client.ListAsync(ResourceTypes.Events, "default", ListOptions.All, bound.Token)).Items.FirstOrDefault(e => e.Root.Text("reason") == reason)) is null)
            await Task.Delay(10, bound.Token);
        Assert.Equal((message, "Normal"), (told.Root.Text("message"), told.Root.Text("type")));
    }

    private static async Task ConditionAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!condition())
            await Task.Delay(10, bound.Token);
    }
}
