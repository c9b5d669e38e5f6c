using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Plugins;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// A namespace in memory that carries out effects as the API server does, refuses stale ones, and makes pods when told
/// to. Time stands still unless a test moves it.
/// </summary>
internal sealed class TestWorld : IEffectCases<bool>
{
    private readonly Dictionary<string, JsonObject> replicaSets = [];
    private readonly Dictionary<string, JsonObject> services = [];
    private readonly Dictionary<string, JsonObject> runs = [];
    private readonly Dictionary<string, JsonObject> experiments = [];
    private readonly List<JsonElement> templates = [];

    /// <summary>The routers that the traffic was not set by.</summary>
    private ImmutableArray<string> leftOut = [];
    private readonly Dictionary<string, JsonObject> pods = [];
    private int version = 100;

    public TestWorld(string spec)
    {
        Rollout = (JsonObject)JsonNode.Parse($$"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout",
             "metadata":{"name":"web","namespace":"shop","uid":"r-1","resourceVersion":"1","generation":1},
             "spec":{{spec}}}
            """)!;
    }

    public JsonObject Rollout { get; }

    public DateTimeOffset Now { get; set; } = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Usually so that older and younger can be told apart.</summary>
    public TimeSpan BetweenCreations { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The events, in order.</summary>
    public List<EmitEvent> Emitted { get; } = [];

    /// <summary>Every decision that was carried out.</summary>
    public List<Decision> Applied { get; } = [];

    /// <summary>Why the routers cannot be asked; null when they can.</summary>
    public string? TrafficProblem { get; set; }

    /// <summary>The routers that work by what the cluster does not serve.</summary>
    public ImmutableArray<UnservedRouter> Unserved { get; set; } = [];

    /// <summary>Versions (by image) whose pods never become available.</summary>
    public HashSet<string> BrokenImages { get; } = [];

    public RolloutStatus Status => Observe().Rollout.Status;

    public IReadOnlyDictionary<string, JsonObject> Runs => runs;

    public IReadOnlyDictionary<string, JsonObject> Experiments => experiments;

    public IReadOnlyDictionary<string, JsonObject> Services => services;

    /// <summary>The usual Rollout of a canary.</summary>
    public static TestWorld Canary(int replicas, string steps, string more = "", string spec = "") => new($$"""
        {"replicas":{{replicas}},{{spec}}"selector":{"matchLabels":{"app":"web"} },
         "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"v1"}] } },
         "strategy":{"canary":{ {{more}}"steps":{{steps}} } } }
        """);

    /// <summary>The usual Rollout of a blue-green, with its Services.</summary>
    public static TestWorld BlueGreen(int replicas, string more = "", string spec = "")
    {
        var world = new TestWorld($$"""
            {"replicas":{{replicas}},{{spec}}"selector":{"matchLabels":{"app":"web"} },
             "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"v1"}] } },
             "strategy":{"blueGreen":{ {{more}}"activeService":"active" } } }
            """);
        world.AddService("active");
        world.AddService("preview");
        return world;
    }

    /// <summary>The usual Rollout of a canary with traffic routing, with its Services.</summary>
    public static TestWorld Routed(int replicas, string steps, string more = "", string routing = "", string spec = "")
    {
        var world = Canary(replicas, steps, $$"""{{more}}"canaryService":"canary","stableService":"stable","trafficRouting":{ {{routing}}"istio":{"virtualService":{"name":"web"} } },""", spec);
        world.AddService("canary");
        world.AddService("stable");
        return world;
    }

    /// <summary>A Rollout that takes its template from a Deployment of as many pods: a canary, or a blue-green without steps.</summary>
    public static TestWorld Referring(int replicas, string steps, string scaleDown = "")
    {
        var strategy = steps.Length > 0 ? $$"""{"canary":{"steps":{{steps}} } }""" : """{"blueGreen":{"activeService":"active"}}""";
        var world = new TestWorld($$"""
            {"replicas":{{replicas}},"workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web-old","scaleDown":"{{scaleDown}}"},"strategy":{{strategy}} }
            """)
        {
            Workload = (JsonObject)JsonNode.Parse($$"""
                {"metadata":{"name":"web-old","uid":"w-1","resourceVersion":"1","generation":1},
                 "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"web"} },
                  "template":{"metadata":{"creationTimestamp":null,"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"v1"}] } } } }
                """)!,
        };
        world.AddService("active");
        return world;
    }

    /// <summary>What <c>spec.workloadRef</c> names; null when it does not exist.</summary>
    public JsonObject? Workload { get; set; }

    public int WorkloadSize => Workload!["spec"]!["replicas"]!.GetValue<int>();

    public void SetWorkloadImage(string image)
    {
        Workload!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
        Touch(Workload, true);
    }

    /// <summary>The version that a Service selects; empty for all.</summary>
    public string Selected(string service) => services[service]["spec"]!["selector"]![Labels.PodTemplateHash]?.GetValue<string>() ?? "";

    /// <summary>A disruption budget keeps every pod.</summary>
    public bool PodsAreProtected { get; set; }

    /// <summary>The pods of a version, those on their way out included.</summary>
    public IEnumerable<JsonObject> PodsOf(string image) => ReplicaSets(image) is { } rs ? pods.Values.Where(p => Owner(p) == rs.Meta.Uid) : [];

    /// <summary>The version of a pod.</summary>
    public string ImageOf(string pod) => Image(Observe().ReplicaSets.Single(r => r.Meta.Uid == Owner(pods[pod])));

    /// <summary>The reasons of the events since the last call; they are forgotten.</summary>
    public string Told()
    {
        var told = string.Join(' ', Emitted.Select(e => e.Reason));
        Emitted.Clear();
        return told;
    }

    /// <summary>All pods of a version become unavailable, and stay so.</summary>
    public void Crash(string image)
    {
        BrokenImages.Add(image);
        MakePods();
    }

    /// <summary>The ReplicaSet of a version; null when it does not exist yet.</summary>
    public ReplicaSetView? ReplicaSets(string image) => Observe().ReplicaSets.SingleOrDefault(r => Image(r) == image);

    public ReplicaSetView ReplicaSet(string image) => Observe().ReplicaSets.Single(r => Image(r) == image);

    /// <summary>New/stable/all wanted pods by image, such as <c>v1:4 v2:1</c>.</summary>
    public string Pods => string.Join(' ', Observe().ReplicaSets.OrderBy(Image).Select(r => $"{Image(r)}:{r.Wanted}"));

    /// <summary>What the routers have in force; null for nothing yet.</summary>
    public TrafficPlan? Traffic { get; set; }

    /// <summary>What verification says; null when the router cannot.</summary>
    public bool? Verified { get; set; }

    /// <summary>What load balancers say of the pods that a Service was switched to; null when none is asked.</summary>
    public bool? TargetsRegistered { get; set; }

    /// <summary>The Services whose load balancers were asked.</summary>
    public List<string> TargetsAsked { get; } = [];

    /// <summary>What load balancers there are, for the status; null when nobody looks.</summary>
    public JsonElement? Albs { get; set; }

    /// <summary>What the step plugins answer; null when nobody can call one.</summary>
    public Func<StepPluginCall, StepPluginAnswer>? Plugin { get; set; }

    /// <summary>The calls of step plugins, such as <c>Run 1 org/p</c>.</summary>
    public List<string> PluginCalls { get; } = [];

    public RolloutObservation Observe() => ObservePass().Seen;

    public RolloutPass ObservePass()
    {
        var pass = RolloutPass.Of(Look());
        if (RolloutDecider.PodsWanted(pass) is { } hashes)
            pass = pass.With([.. pods.Values.Select(p => PodView.Read(Element(p))).Where(p => hashes.Contains(p.Meta.Labels[Labels.PodTemplateHash]))]);
        if (TargetsRegistered is { } registered && RolloutDecider.TargetsWanted(pass) is { } service)
        {
            TargetsAsked.Add(service);
            pass = pass.WithTargets(registered);
        }

        if (RolloutDecider.TrafficWanted(pass) is not { } plan)
            return pass;
        if (TrafficProblem is not null)
            return pass.With(new TrafficAnswer(false) { Problem = TrafficProblem, Unserved = Unserved });
        var asked = pass.Seen.Rollout.Spec.Canary!.TrafficRouting!.Routers.Select(r => r.FieldName()).Except(Unserved.Select(u => u.Name)).ToList();
        var inForce = asked.TrueForAll(r => !leftOut.Contains(r) && Traffic?.SharesOutLike(plan) == true);
        return pass.With(new TrafficAnswer(inForce) { Verified = inForce && plan.Verify ? Verified : null, Albs = Albs, Unserved = Unserved });
    }

    private RolloutObservation Look() => new()
    {
        ChecksTargets = TargetsRegistered is not null,
        Routers = ["istio", "nginx", "alb", "plugins/memory"],
        Workload = LookAtWorkload(),
        Rollout = RolloutDecider.TakeOver(Api.Rollouts.Rollout.Read(Element(Rollout)), LookAtWorkload()),
        ReplicaSets = [.. replicaSets.Values.Select(r => ReplicaSetView.Read(Element(r)))],
        Services = [.. services.Values.Select(s => ServiceView.Read(Element(s)))],
        AnalysisRuns = [.. runs.Values.Select(r => AnalysisRunView.Read(Element(r)))],
        Experiments = [.. experiments.Values.Select(e => Experiment.Read(Element(e)))],
        Templates = [.. templates.Select(t => TemplateView.Read(t, clusterScope: false))],
        Now = Now,
    };

    private WorkloadView? LookAtWorkload() => Workload is null || Rollout["spec"]!["workloadRef"] is null ? null : WorkloadView.Read(Element(Workload));

    /// <summary>Decides, and calls a step plugin where the decision asks for it.</summary>
    public Decision Decide()
    {
        var pass = ObservePass();
        var decision = RolloutDecider.Decide(pass);
        if (decision.PluginCall is not { } call || Plugin is not { } plugin)
            return decision;
        PluginCalls.Add(string.Create(CultureInfo.InvariantCulture, $"{call.Operation} {call.Index} {call.Name}"));
        return RolloutDecider.Decide(pass.Seen with { PluginAnswer = plugin(call) });
    }

    /// <summary>Decides and applies until there is nothing left to write; pods do not change meanwhile.</summary>
    public Decision Reconcile(int passes = 40)
    {
        for (var i = 0; i < passes; i++)
        {
            var decision = Decide();
            Apply(decision);
            if (decision.Effects.All(e => e is EmitEvent))
                return decision;
        }

        throw new InvalidOperationException($"no fixpoint after {passes} passes: {string.Join("; ", Decide().Effects)}");
    }

    public void Apply(Decision decision)
    {
        Applied.Add(decision);
        foreach (var effect in decision.Effects)
        {
            if (effect.Match(this))
                continue;
            Assert.True(effect is EvictPods, $"refused: {effect}");
            return;
        }
    }

    /// <summary>Reconciles and makes pods, until neither changes anything.</summary>
    public Decision Settle(int rounds = 60)
    {
        for (var i = 0; i < rounds; i++)
        {
            var decision = Reconcile();
            if (!MakePods())
                return decision;
        }

        throw new InvalidOperationException($"not settled: {Pods}");
    }

    /// <summary>What the ReplicaSet controller and the kubelet do; true when something changed.</summary>
    public bool MakePods(int most = int.MaxValue)
    {
        var changed = false;
        foreach (var gone in pods.Where(p => p.Value["metadata"]!["deletionTimestamp"] is not null && most > 0).Select(p => p.Key).ToList())
            pods.Remove(gone);
        foreach (var rs in replicaSets.Values)
        {
            var view = ReplicaSetView.Read(Element(rs));
            var available = BrokenImages.Contains(Image(view)) ? 0 : Math.Min(view.Wanted, view.Available <= view.Wanted ? view.Available + Math.Min(most, view.Wanted) : view.Wanted);
            if (view.Current == view.Wanted && view.Available == available && view.ObservedGeneration == view.Meta.Generation)
                continue;
            rs["status"] = new JsonObject { ["replicas"] = view.Wanted, ["readyReplicas"] = available, ["availableReplicas"] = available, ["observedGeneration"] = view.Meta.Generation };
            Touch(rs, false);
            MakePods(rs, view, available);
            changed = true;
        }

        return changed;
    }

    private void MakePods(JsonObject rs, ReplicaSetView view, int available)
    {
        var own = pods.Values.Where(p => Owner(p) == view.Meta.Uid && p["metadata"]!["deletionTimestamp"] is null).ToList();
        foreach (var surplus in own.Skip(view.Wanted))
            pods.Remove(surplus["metadata"]!["name"]!.GetValue<string>());
        while (own.Count < view.Wanted)
        {
            var pod = new JsonObject { ["metadata"] = rs["spec"]!["template"]!["metadata"]!.DeepClone() };
            var metadata = (JsonObject)pod["metadata"]!;
            metadata["name"] = $"{view.Name}-{++version}";
            metadata["uid"] = $"p-{version}";
            metadata["creationTimestamp"] = Now.ToApiTime();
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["controller"] = true, ["uid"] = view.Meta.Uid });
            pods[$"{view.Name}-{version}"] = pod;
            own.Add(pod);
        }

        for (var i = 0; i < own.Count; i++)
        {
            if (i >= available)
                own[i].Remove("status");
            else if (own[i]["status"] is null)
                own[i]["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = Now.ToApiTime() }) };
        }
    }

    public void SetImage(string image) => Edit(spec => spec["template"]!["spec"]!["containers"]![0]!["image"] = image);

    public void Edit(Action<JsonObject> change)
    {
        change((JsonObject)Rollout["spec"]!);
        Touch(Rollout, true);
    }

    public void PatchStatus(string patch)
    {
        Merge(Rollout, new JsonObject { ["status"] = JsonNode.Parse(patch) });
        Touch(Rollout, false);
    }

    public void AddService(string name, string selector = """{"app":"web"}""") => services[name] = (JsonObject)JsonNode.Parse($$"""
        {"metadata":{"name":"{{name}}","namespace":"shop","uid":"s-{{name}}","resourceVersion":"1"},"spec":{"selector":{{selector}} } }
        """)!;

    public void RemoveService(string name) => services.Remove(name);

    public void AddTemplate(string name, string spec) => templates.Add(JsonElement.Parse($$"""
        {"kind":"AnalysisTemplate","metadata":{"name":"{{name}}","namespace":"shop"},"spec":{{spec}} }
        """));

    public void RemoveTemplates() => templates.Clear();

    public void AddReplicaSet(JsonObject replicaSet) => replicaSets[replicaSet["metadata"]!["name"]!.GetValue<string>()] = replicaSet;

    /// <summary>Somebody writes something of no account to every object, so that what was decided on older ones is refused.</summary>
    public void WriteByAnother()
    {
        foreach (var target in new[] { replicaSets, services, runs, experiments }.SelectMany(kind => kind.Values).Append(Rollout))
            Touch(target, false);
    }

    /// <summary>Annotates the ReplicaSet of a version, as a person or another controller would.</summary>
    public void Annotate(string image, string key, string value)
    {
        var rs = replicaSets[ReplicaSet(image).Name];
        ((JsonObject)rs["metadata"]!["annotations"]!)[key] = value;
        Touch(rs, false);
    }

    public JsonObject Raw(string name) => replicaSets[name];

    public void EndRun(string name, string phase, string message = "")
    {
        runs[name]["status"] = new JsonObject { ["phase"] = phase, ["message"] = message };
        Touch(runs[name], false);
    }

    public void SetExperiment(string name, string status)
    {
        experiments[name]["status"] = JsonNode.Parse(status);
        Touch(experiments[name], false);
    }

    public bool CreateReplicaSet(CreateReplicaSet effect)
    {
        if (replicaSets.ContainsKey(effect.Name))
            return false;
        replicaSets[effect.Name] = Created(effect.Body, "rs");
        return true;
    }

    public bool ScaleReplicaSet(ScaleReplicaSet effect) => Patch(replicaSets[effect.Name], effect.Patch, true);

    public bool PatchReplicaSet(PatchReplicaSet effect) => Patch(replicaSets[effect.Name], effect.Patch, true);

    public bool AdoptReplicaSet(AdoptReplicaSet effect) => Patch(replicaSets[effect.Name], effect.Patch, false);

    public bool ReleaseReplicaSet(ReleaseReplicaSet effect) => Patch(replicaSets[effect.Name], effect.Patch, false);

    public bool DeleteReplicaSet(DeleteReplicaSet effect) => replicaSets.Remove(effect.Name);

    public bool PatchPods(PatchPods effect)
    {
        foreach (var pod in effect.Pods)
        {
            Assert.Equal(pods[pod.Name]["metadata"]!["uid"]!.GetValue<string>(), pod.Patch.Member("metadata").Text("uid"));
            Merge(pods[pod.Name], JsonObject.Create(pod.Patch.Clone())!);
        }

        return true;
    }

    public bool EvictPods(EvictPods effect)
    {
        var going = PodsAreProtected ? [] : effect.Pods.Take(effect.Most).Select(p => pods[p.Name]).ToList();
        foreach (var pod in going)
        {
            pod["metadata"]!["deletionTimestamp"] = Now.ToApiTime();
            var rs = replicaSets.Values.Single(r => r["metadata"]!["uid"]!.GetValue<string>() == Owner(pod));
            foreach (var count in (string[])["readyReplicas", "availableReplicas"])
                rs["status"]![count] = rs["status"]![count]!.GetValue<int>() - 1;
            Touch(rs, false);
        }

        return going.Count == 0 || !effect.EndsPass;
    }

    public bool ScaleWorkload(ScaleWorkload effect) => Patch(Workload!, effect.Patch, true);

    public bool PatchRollout(PatchRollout effect) => Patch(Rollout, effect.Patch, effect.Patch.TryGetProperty("spec", out _));

    public bool PatchRolloutStatus(PatchRolloutStatus effect) => Patch(Rollout, effect.Patch, false);

    public bool SetTraffic(SetTraffic effect)
    {
        Traffic = effect.Plan;
        leftOut = [.. effect.Without.Select(u => u.Name)];
        return true;
    }

    public bool SwitchService(SwitchService effect) => Patch(services[effect.Name], effect.Patch, true);

    public bool CreateAnalysisRun(CreateAnalysisRun effect)
    {
        if (runs.ContainsKey(effect.Name))
            return false;
        runs[effect.Name] = Created(effect.Body, "ar");
        return true;
    }

    public bool TerminateAnalysisRun(TerminateAnalysisRun effect) => Patch(runs[effect.Name], effect.Patch, true);

    public bool DeleteAnalysisRun(DeleteAnalysisRun effect) => runs.Remove(effect.Name);

    public bool CreateExperiment(CreateExperiment effect)
    {
        if (experiments.ContainsKey(effect.Name))
            return false;
        experiments[effect.Name] = Created(effect.Body, "ex");
        return true;
    }

    public bool TerminateExperiment(TerminateExperiment effect) => Patch(experiments[effect.Name], effect.Patch, true);

    public bool DeleteExperiment(DeleteExperiment effect) => experiments.Remove(effect.Name);

    public bool EmitEvent(EmitEvent effect)
    {
        Emitted.Add(effect);
        return true;
    }

    private static string Owner(JsonObject pod) => pod["metadata"]!["ownerReferences"]![0]!["uid"]!.GetValue<string>();

    private static string Image(ReplicaSetView rs) => rs.Template.Member("spec").Items("containers").First().Text("image")!;

    private static JsonElement Element(JsonObject node) => JsonElement.Parse(node.ToJsonString());

    private JsonObject Created(JsonElement body, string kind)
    {
        var created = JsonObject.Create(body.Clone())!;
        var metadata = (JsonObject)created["metadata"]!;
        metadata["uid"] = $"{kind}-{++version}";
        metadata["generation"] = 1;
        metadata["creationTimestamp"] = (Now + (version * BetweenCreations)).ToApiTime();
        Touch(created, false);
        return created;
    }

    private bool Patch(JsonObject target, JsonElement patch, bool spec)
    {
        var body = JsonObject.Create(patch.Clone())!;
        if (body["metadata"] is JsonObject metadata && metadata["resourceVersion"]?.GetValue<string>() is { } assumed && assumed != target["metadata"]!["resourceVersion"]!.GetValue<string>())
            return false;
        Merge(target, body);
        Touch(target, spec);
        return true;
    }

    private void Touch(JsonObject target, bool spec)
    {
        var metadata = (JsonObject)target["metadata"]!;
        metadata["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
        if (spec)
            metadata["generation"] = (metadata["generation"]?.GetValue<int>() ?? 0) + 1;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
                target.Remove(key);
            else if (value is not JsonObject child)
                target[key] = value.DeepClone();
            else if (target[key] is JsonObject present)
                Merge(present, child);
            else
            {
                var made = new JsonObject();
                target[key] = made;
                Merge(made, child);
            }
        }
    }
}
