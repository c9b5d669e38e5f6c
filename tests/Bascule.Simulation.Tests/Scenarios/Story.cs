using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller;
using Bascule.Controller.Actions;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Simulation.Faults;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.Scenarios;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>
/// A scenario in the words of a person: given a Rollout of version v1 that is healthy, when something happens, then the
/// cluster is so. The controller, its queue and its cache are the real ones; pods, metrics and time follow the story, and
/// the invariants of the fuzzer are judged after every write here as well.
/// </summary>
internal sealed class Story
{
    private static readonly ObjectKey s_key = new(SimulatedWorld.Namespace, "web");
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(2);

    private readonly TestFaults _faults = new();
    private readonly Dictionary<string, string> _images = [];
    private readonly List<WorldView> _views = [];
    private JsonObject? _deleted;

    private Story()
    {
        World = new SimulatedWorld(new Random(1), s_key.Name, _faults);
        World.Written += (_, after) => _views.Add(after);
    }

    /// <summary>The world, for what the vocabulary has no word for.</summary>
    public SimulatedWorld World { get; }

    /// <summary>A Rollout named web of version v1, with the Services that it names, before the controller has seen it.</summary>
    /// <param name="spec">The <c>spec</c> in YAML, without selector and template.</param>
    /// <param name="version">How v1 behaves.</param>
    public static Story GivenNewRollout(string spec, PodBehaviour version = PodBehaviour.Good)
    {
        var story = new Story();
        var body = (JsonObject)YamlReader.ReadAll(spec).Single().Root!;
        foreach (var service in ServicesIn(body))
            story.Create(ResourceTypes.Services, service, new JsonObject { ["selector"] = new JsonObject { ["app"] = "web" } });
        body["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } };
        body["template"] = story.Template("v1", version);
        story.Create(ArgoResources.Rollouts, s_key.Name, body);
        story.World.StartController();
        return story;
    }

    /// <summary>A Rollout that takes its pod template from a Deployment of as many pods, before the controller has seen it.</summary>
    /// <param name="spec">The <c>spec</c> in YAML, without selector, template and workloadRef.</param>
    /// <param name="scaleDown">What becomes of the Deployment's pods.</param>
    /// <param name="version">How v1 behaves.</param>
    public static Story GivenNewRolloutOfADeployment(string spec, string scaleDown, PodBehaviour version = PodBehaviour.Good)
    {
        var story = new Story();
        var body = (JsonObject)YamlReader.ReadAll(spec).Single().Root!;
        var deployment = new JsonObject
        {
            ["replicas"] = body["replicas"]!.DeepClone(),
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } },
            ["template"] = story.Template("v1", version),
        };
        story.Create(ResourceTypes.Deployments, s_key.Name, deployment);
        body["workloadRef"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = s_key.Name, ["scaleDown"] = scaleDown };
        story.Create(ArgoResources.Rollouts, s_key.Name, body);
        story.World.StartController();
        return story;
    }

    /// <summary>The same, once it is healthy.</summary>
    public static Story GivenRollout(string spec) => GivenNewRollout(spec).FromItsHealthyDays();

    /// <summary>Lets the first version become healthy; what is asked of the whole story is asked from here on.</summary>
    public Story FromItsHealthyDays()
    {
        WhenNothingMoves().ThenPhase("Healthy");
        _views.Clear();
        return this;
    }

    /// <summary>A template that measures success every 10 s, three times, and fails at the second bad one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="failureCondition">What is bad; null for all that is not good.</param>
    public Story GivenAnalysisTemplate(string name, string? failureCondition = null)
    {
        var metric = new JsonObject
        {
            ["name"] = "success-rate",
            ["interval"] = "10s",
            ["count"] = 3,
            ["failureLimit"] = 1,
            ["successCondition"] = "result[0] >= 0.95",
            ["provider"] = new JsonObject { ["prometheus"] = new JsonObject { ["address"] = "http://prometheus", ["query"] = "success" } },
        };
        if (failureCondition is not null)
            metric["failureCondition"] = failureCondition;
        Create(ArgoResources.AnalysisTemplates, name, new JsonObject { ["metrics"] = new JsonArray(metric) });
        return this;
    }

    /// <summary>From now on every measurement says this.</summary>
    public Story GivenMetrics(MetricAnswer answer)
    {
        World.Metrics.Answer = () => answer;
        return this;
    }

    /// <summary>The user applies a version that is new, or goes back to one that is not.</summary>
    public Story WhenUserApplies(string version, PodBehaviour behaviour = PodBehaviour.Good)
    {
        var template = Template(version, behaviour);
        if (World.Server.Find(ResourceTypes.Deployments, s_key) is not null)
            return WhenDeploymentIsPatched(Patch.Json([new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template }]));
        return WhenUserPatches(Patch.Json([new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template }]));
    }

    /// <summary>The user changes the spec by a merge patch, in YAML.</summary>
    public Story WhenUserSetsSpec(string yaml) => WhenUserPatches(Patch.Merge(new JsonObject { ["spec"] = YamlReader.ReadAll(yaml).Single().Root }));

    /// <summary>An autoscaler scales, through the scale subresource.</summary>
    public Story WhenScaled(int replicas) => WhenUserPatches(Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }), "scale");

    /// <summary>The user applies another strategy, in YAML.</summary>
    public Story WhenUserAppliesStrategy(string yaml) =>
        WhenUserPatches(Patch.Json([new JsonObject { ["op"] = "replace", ["path"] = "/spec/strategy", ["value"] = YamlReader.ReadAll(yaml).Single().Root }]));

    /// <summary>The user deletes the Rollout.</summary>
    /// <param name="orphans">What it owns is left behind; otherwise the garbage collector takes it half a minute later.</param>
    public Story WhenUserDeletesTheRollout(bool orphans)
    {
        var rollout = World.Server.Find(ArgoResources.Rollouts, s_key)!;
        _deleted = (JsonObject)rollout.ToNode()["spec"]!.DeepClone();
        World.Trace.Add("user: deletes the Rollout");
        if (orphans)
            World.Server.Orphan(rollout.Uid);
        World.Server.DeleteAsync(ArgoResources.Rollouts, s_key, new DeleteOptions(), CancellationToken.None).GetAwaiter().GetResult();
        World.CollectGarbageAfter(TimeSpan.FromSeconds(30));
        return this;
    }

    /// <summary>The user applies the Rollout that was deleted, as it was.</summary>
    public Story WhenUserAppliesTheRolloutAgain()
    {
        World.Trace.Add("user: applies the Rollout again");
        RolloutScenario.CreateRollout(World.Server, _deleted!);
        return this;
    }

    /// <summary>The user deletes the Deployment that the Rollout takes its template from; the Rollout's pods are none of its own.</summary>
    public Story WhenUserDeletesTheDeployment()
    {
        _deleted = (JsonObject)World.Server.Find(ResourceTypes.Deployments, s_key)!.ToNode()["spec"]!.DeepClone();
        World.Trace.Add("user: deletes the Deployment");
        World.Server.DeleteAsync(ResourceTypes.Deployments, s_key, new DeleteOptions(), CancellationToken.None).GetAwaiter().GetResult();
        return this;
    }

    /// <summary>The user applies the Deployment that was deleted, as it was.</summary>
    public Story WhenUserAppliesTheDeploymentAgain()
    {
        World.Trace.Add("user: applies the Deployment again");
        Create(ResourceTypes.Deployments, s_key.Name, _deleted!);
        return this;
    }

    /// <summary>The user leaves the present step.</summary>
    public Story WhenUserSkipsAStep() => WhenUserActs(RolloutActions.SkipCurrentStep);

    /// <summary>The user leaves all steps.</summary>
    public Story WhenUserSkipsAllSteps() => WhenUserActs(RolloutActions.SkipAllSteps);

    /// <summary>The user says abort.</summary>
    public Story WhenUserAborts() => WhenStatusIsPatched("abort: true");

    /// <summary>The user says retry.</summary>
    public Story WhenUserRetries() => WhenStatusIsPatched("abort: false");

    /// <summary>The user says promote at a pause.</summary>
    public Story WhenUserPromotes() => WhenStatusIsPatched("pauseConditions: null");

    /// <summary>The user says promote --full.</summary>
    public Story WhenUserPromotesFully() => WhenStatusIsPatched("promoteFull: true");

    /// <summary>Somebody writes into the status, in YAML.</summary>
    public Story WhenStatusIsPatched(string yaml) =>
        WhenUserPatches(Patch.Merge(new JsonObject { ["status"] = YamlReader.ReadAll(yaml).Single().Root }), "status");

    /// <summary>All pods of a version are gone at once; others come in their place.</summary>
    public Story WhenPodsVanish(string version)
    {
        World.Trace.Add("all pods are gone of ", version);
        var hash = HashOf(version);
        foreach (var (replicaSet, pod) in World.Pods.All.Where(p => p.ReplicaSet.Labels["rollouts-pod-template-hash"] == hash).ToList())
            World.Pods.Remove(replicaSet, pod);
        return this;
    }

    /// <summary>Time passes, and all that happens in it.</summary>
    public Story WhenSecondsPass(double seconds)
    {
        World.RunFor(TimeSpan.FromSeconds(seconds));
        return ThenAllPromisesHold();
    }

    /// <summary>Time passes until nothing would happen any more by itself, or two hours are over.</summary>
    public Story WhenNothingMoves()
    {
        var until = World.Time.Elapsed + s_patience;
        World.RunUntilQuiet(() => World.Time.Elapsed > until);
        return ThenAllPromisesHold();
    }

    /// <summary>At least a second passes, and then as much time as the phase needs to be reached; an hour at most.</summary>
    public Story WhenPhaseIs(string phase)
    {
        var seconds = 0;
        do
        {
            World.RunFor(TimeSpan.FromSeconds(1));
        }
        while (++seconds < 3600 && !(World.Rollout is { IsObserved: true } rollout && rollout.Phase == phase));
        return ThenAllPromisesHold().ThenPhase(phase);
    }

    /// <summary>A write of the controller meets a fault.</summary>
    /// <param name="fault">Which.</param>
    /// <param name="after">How many writes go well before.</param>
    public Story WhenWriteFails(CallFault fault, int after = 0)
    {
        _faults.Plan(after, fault);
        return this;
    }

    /// <summary>No promise was broken so far.</summary>
    public Story ThenAllPromisesHold()
    {
        Assert.True(World.Problem is null, Told(World.Problem ?? ""));
        return this;
    }

    /// <summary>The phase, as clients see it, of the newest spec.</summary>
    public Story ThenPhase(string phase)
    {
        var rollout = World.Rollout;
        Assert.True(rollout?.Phase == phase && rollout.IsObserved, Told($"phase: found {rollout?.Phase} ({rollout?.Message}), expected {phase}"));
        return this;
    }

    /// <summary>The index of the current step.</summary>
    public Story ThenStep(int index)
    {
        Assert.True(World.Rollout?.StepIndex == index, Told($"step: found {World.Rollout?.StepIndex}, expected {index}"));
        return this;
    }

    /// <summary>How many pods a version is asked to have; 0 also when it has no ReplicaSet.</summary>
    public Story ThenPods(string version, int wanted)
    {
        var found = World.View()!.Of(HashOf(version))?.Wanted ?? 0;
        Assert.True(found == wanted, Told($"pods of {version}: found {found}, expected {wanted}"));
        return this;
    }

    /// <summary>How many pods the Deployment is asked to have.</summary>
    public Story ThenDeploymentHas(int pods)
    {
        var found = World.View()!.Workload?.Wanted;
        Assert.True(found == pods, Told($"pods of the Deployment: found {found}, expected {pods}"));
        return this;
    }

    /// <summary>The version that is stable.</summary>
    public Story ThenStable(string version)
    {
        Assert.True(World.Rollout?.StableHash == HashOf(version), Told($"stable: found {World.Rollout?.StableHash}, expected {version}, which is {HashOf(version)}"));
        return this;
    }

    /// <summary>The version that a Service leads to.</summary>
    public Story ThenService(string name, string version)
    {
        var found = World.View()!.Services.First(s => s.Name == name).Hash;
        Assert.True(found == HashOf(version), Told($"Service {name}: leads to {found}, expected {version}, which is {HashOf(version)}"));
        return this;
    }

    /// <summary>The share of the traffic that routes give to a version.</summary>
    public Story ThenTraffic(string version, int weight)
    {
        var found = World.View()!.WeightOf(HashOf(version));
        Assert.True(found == weight, Told($"traffic to {version}: found {found}, expected {weight}"));
        return this;
    }

    /// <summary>Something held after each write of the controller since the story began.</summary>
    public Story ThenAlways(string promise, Func<WorldView, bool> holds)
    {
        foreach (var view in _views)
            Assert.True(holds(view), Told($"{promise}: not when it was {view}"));
        return this;
    }

    /// <summary>The versions that a Service led to since the story began, each change once.</summary>
    public IReadOnlyList<string> WhereServiceLed(string name)
    {
        var led = new List<string>();
        foreach (var hash in _views.Select(v => v.Services.First(s => s.Name == name).Hash))
        {
            var version = _images.Keys.FirstOrDefault(v => HashOf(v) == hash) ?? "everywhere";
            if (led.Count == 0 || led[^1] != version)
                led.Add(version);
        }

        return led;
    }

    /// <summary>The hash of a version's ReplicaSet; a text that equals no hash when there is none.</summary>
    public string HashOf(string version)
    {
        // An Experiment has ReplicaSets of the same image.
        var rollout = World.Server.Find(ArgoResources.Rollouts, s_key)?.Uid;
        var set = World.Server.All(ResourceTypes.ReplicaSets).FirstOrDefault(r => (r.ControllerUid is null || r.ControllerUid == rollout) && r.Root.GetProperty("spec").GetProperty("template").GetProperty("spec").Items("containers").First().Text("image") == _images[version]);
        return set?.Labels.GetValueOrDefault("rollouts-pod-template-hash") ?? $"no ReplicaSet of {version}";
    }

    /// <summary>What the trace has to say, after a message.</summary>
    public string Told(string message) => $"{message}\n{string.Join('\n', World.Trace.Lines.TakeLast(60))}";

    private Story WhenDeploymentIsPatched(Patch patch)
    {
        World.Trace.Add("user, in the Deployment: ", patch.Body.ToJsonString());
        World.Server.PatchAsync(ResourceTypes.Deployments, s_key, patch, null, CancellationToken.None).GetAwaiter().GetResult();
        return this;
    }

    private Story WhenUserActs(Func<Rollout, ImmutableArray<RolloutPatch>> action)
    {
        foreach (var patch in action(World.Server.Find(ArgoResources.Rollouts, s_key)!.As(Rollout.Read)))
            WhenUserPatches(patch.Patch, patch.Subresource);
        return this;
    }

    private Story WhenUserPatches(Patch patch, string? subresource = null)
    {
        World.Trace.Add("user: ", patch.Body.ToJsonString());
        World.Server.PatchAsync(ArgoResources.Rollouts, s_key, patch, subresource, CancellationToken.None).GetAwaiter().GetResult();
        return this;
    }

    private void Create(ResourceType type, string name, JsonObject spec) => World.Server.CreateAsync(
        type, SimulatedWorld.Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec }, CancellationToken.None).GetAwaiter().GetResult();

    private JsonObject Template(string version, PodBehaviour behaviour)
    {
        // Whoever goes back to a version goes back to its very image.
        return RolloutScenario.Template(_images.TryGetValue(version, out var known) ? known : _images[version] = $"web:{version}-{behaviour}", hasPort: true);
    }

    private static IEnumerable<string> ServicesIn(JsonObject spec)
    {
        string[] fields = ["activeService", "previewService", "stableService", "canaryService", "pingService", "pongService"];
        return from strategy in (spec["strategy"] as JsonObject ?? []).Select(s => s.Value).OfType<JsonObject>()
               from place in new[] { strategy, strategy["pingPong"] as JsonObject }
               where place is not null
               from field in fields
               let name = place[field]?.GetValue<string>()
               where name is not null
               select name;
    }
}
