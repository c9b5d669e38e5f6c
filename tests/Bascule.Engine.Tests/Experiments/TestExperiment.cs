using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Experiments;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Experiments;

/// <summary>
/// A namespace in memory with one Experiment: carries out effects as the API server does, refuses stale ones, and makes
/// pods when told to. Time stands still unless a test moves it.
/// </summary>
internal sealed class TestExperiment : IExperimentEffectCases<bool>
{
    private readonly List<JsonElement> _templates = [];
    private readonly HashSet<LookUp> _lookedUp = [];
    private int _version = 100;

    public TestExperiment(string spec, string metadata = "{}")
    {
        Root = (JsonObject)JsonNode.Parse($$"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment",
             "metadata":{"name":"ex","namespace":"shop","uid":"e-1","resourceVersion":"1"},"spec":{{spec}} }
            """)!;
        Merge((JsonObject)Root["metadata"]!, (JsonObject)JsonNode.Parse(metadata)!);
    }

    public static DateTimeOffset Epoch { get; } = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    public JsonObject Root { get; }

    public DateTimeOffset Now { get; set; } = Epoch;

    public List<string> Events { get; } = [];

    /// <summary>What was written, in order, without events.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>Versions (by template) whose pods never become available.</summary>
    public HashSet<string> Broken { get; } = [];

    public Dictionary<string, JsonObject> ReplicaSets { get; } = [];

    public Dictionary<string, JsonObject> Services { get; } = [];

    public Dictionary<string, JsonObject> Runs { get; } = [];

    /// <summary>Objects (by name) that the cache does not show yet.</summary>
    public HashSet<string> Unseen { get; } = [];

    public ExperimentStatus Status => Observe().Experiment.Status;

    public string Phase => Status.Phase.Text();

    /// <summary>An Experiment of versions, one pod each unless the version says otherwise.</summary>
    /// <param name="more">Further fields of the spec, each followed by a comma.</param>
    /// <param name="templates">Names, or whole templates.</param>
    public static TestExperiment Of(string more, params string[] templates) =>
        new($$"""{ {{more}}"templates":[{{string.Join(',', templates.Select(t => t.StartsWith('{') ? t : Template(t)))}}] }""");

    /// <summary>A version.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="more">Further fields, each followed by a comma.</param>
    /// <param name="container">Further fields of the container, each after a comma.</param>
    public static string Template(string name, string more = "", string container = "") => $$"""
        {"name":"{{name}}",{{more}}"selector":{"matchLabels":{"app":"{{name}}"} },
         "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"c","image":"{{name}}:1"{{container}}}] } } }
        """;

    public ExperimentObservation Observe() => new()
    {
        Experiment = Experiment.Read(Element(Root)),
        ReplicaSets = [.. Seen(ReplicaSets).Select(r => ReplicaSetView.Read(Element(r)))],
        Services = [.. Seen(Services).Select(s => ServiceView.Read(Element(s)))],
        AnalysisRuns = [.. Seen(Runs).Select(r => AnalysisRunView.Read(Element(r)))],
        Templates = [.. _templates.Where(t => !Unseen.Contains(t.Member("metadata").Text("name")!)).Select(t => TemplateView.Read(t, t.Text("kind") == "ClusterAnalysisTemplate"))],
        LookedUp = [.. _lookedUp],
        Now = Now,
    };

    public ReplicaSetView ReplicaSet(string name) => ReplicaSetView.Read(Element(ReplicaSets[name]));

    public ExperimentDecision Decide() => ExperimentDecider.Decide(Observe());

    /// <summary>One pass, including what it asks for.</summary>
    public ExperimentDecision Pass()
    {
        _lookedUp.Clear();
        var decision = Decide();
        while (decision.Effects.OfType<LookPastCache>().Any())
        {
            Apply(decision);
            decision = Decide();
        }

        Apply(decision);
        return decision;
    }

    /// <summary>Decides and applies until there is nothing left to do; pods do not change meanwhile.</summary>
    public ExperimentDecision Reconcile(int passes = 20)
    {
        for (var i = 0; i < passes; i++)
        {
            var decision = Pass();
            if (decision.Effects.IsEmpty)
                return decision;
        }

        throw new InvalidOperationException($"no fixpoint after {passes} passes: {string.Join("; ", Decide().Effects)}");
    }

    public void Apply(ExperimentDecision decision)
    {
        foreach (var effect in decision.Effects)
            Assert.True(effect.Match(this), $"refused: {effect}");
    }

    /// <summary>Reconciles and makes pods, until neither changes anything.</summary>
    public ExperimentDecision Settle(int rounds = 40)
    {
        for (var i = 0; i < rounds; i++)
        {
            var decision = Reconcile();
            if (!MakePods())
                return decision;
        }

        throw new InvalidOperationException("not settled");
    }

    /// <summary>Lets time pass until the next wake-up and settles again.</summary>
    public ExperimentDecision SettleAfter(ExperimentDecision earlier)
    {
        Now += earlier.LookAgainAfter ?? throw new InvalidOperationException($"nothing to wait for: {string.Join("; ", earlier.Reasons)}");
        return Settle();
    }

    /// <summary>What the ReplicaSet controller and the kubelet do; true when something changed.</summary>
    public bool MakePods(int most = int.MaxValue)
    {
        var changed = false;
        foreach (var (name, rs) in ReplicaSets)
        {
            var view = ReplicaSetView.Read(Element(rs));
            var available = Broken.Contains(name) ? 0 : Math.Min(view.Wanted, view.Available <= view.Wanted ? view.Available + Math.Min(most, view.Wanted) : view.Wanted);
            if (view.Current == view.Wanted && view.Available == available)
                continue;
            rs["status"] = new JsonObject { ["replicas"] = view.Wanted, ["readyReplicas"] = available, ["availableReplicas"] = available };
            Touch(rs);
            changed = true;
        }

        return changed;
    }

    public void Edit(Action<JsonObject> change)
    {
        change((JsonObject)Root["spec"]!);
        Touch(Root);
    }

    public void SetStatus(string status)
    {
        Root["status"] = JsonNode.Parse(status);
        Touch(Root);
    }

    public void AddTemplate(string name, string spec = """{"metrics":[{"name":"m","interval":"5s","provider":{"p":{}}}]}""", bool cluster = false) =>
        _templates.Add(JsonElement.Parse($$"""{"kind":"{{(cluster ? "Cluster" : "")}}AnalysisTemplate","metadata":{"name":"{{name}}"},"spec":{{spec}} }"""));

    public void EndRun(string name, string phase, string message = "")
    {
        Runs[name]["status"] = new JsonObject { ["phase"] = phase, ["message"] = message };
        Touch(Runs[name]);
    }

    /// <summary>Puts an object of somebody else, or a damaged one of ours, into the namespace.</summary>
    public void Put(Dictionary<string, JsonObject> where, string name, string? controller = null, string annotations = "{}", string spec = "{}")
    {
        where[name] = (JsonObject)JsonNode.Parse($$"""
            {"metadata":{"name":"{{name}}","namespace":"shop","uid":"x-{{name}}","annotations":{{annotations}},
             "ownerReferences":[{{(controller is null ? "" : $$"""{"kind":"K","name":"n","uid":"{{controller}}","controller":true}""")}}]},"spec":{{spec}} }
            """)!;
        Touch(where[name]);
    }

    public bool LookPastCache(LookPastCache effect)
    {
        _lookedUp.Add(effect.What);
        Unseen.Remove(effect.What.Name);
        return true;
    }

    public bool CreateReplicaSet(CreateExperimentReplicaSet effect) => Create(ReplicaSets, effect.Name, effect.Body);

    public bool ScaleReplicaSet(ScaleExperimentReplicaSet effect) => Patch(ReplicaSets[effect.Name], effect.Patch, $"scale {effect.Name} {effect.From}->{effect.To}");

    public bool DelayScaleDown(DelayScaleDown effect) => Patch(ReplicaSets[effect.Name], effect.Patch, $"delay {effect.Name}");

    public bool CreateService(CreateExperimentService effect) => Create(Services, effect.Name, effect.Body);

    public bool DeleteService(DeleteExperimentService effect)
    {
        Writes.Add($"delete {effect.Name}");
        return Services[effect.Name]["metadata"]!["uid"]!.GetValue<string>() == effect.Uid && Services.Remove(effect.Name);
    }

    public bool StartRun(StartExperimentRun effect) => Create(Runs, effect.Name, effect.Body);

    public bool EndRun(EndExperimentRun effect) => Patch(Runs[effect.Name], effect.Patch, $"end {effect.Name}");

    public bool PatchStatus(PatchExperimentStatus effect) => Patch(Root, effect.Patch, "status");

    public bool EmitEvent(EmitExperimentEvent effect)
    {
        Events.Add($"{(effect.Warning ? "Warning" : "Normal")} {effect.Reason}{(effect.About is { } about ? $" {about.Name}" : "")}: {effect.Message}");
        return true;
    }

    private IEnumerable<JsonObject> Seen(Dictionary<string, JsonObject> objects) => objects.Where(o => !Unseen.Contains(o.Key)).Select(o => o.Value);

    private bool Create(Dictionary<string, JsonObject> into, string name, JsonElement body)
    {
        Writes.Add($"create {name}");
        if (into.ContainsKey(name))
            return false;
        var created = JsonObject.Create(body.Clone())!;
        Assert.Equal(name, created["metadata"]!["name"]!.GetValue<string>());
        created["metadata"]!["uid"] = $"{created["kind"]}-{name}";
        Touch(created);
        into[name] = created;
        return true;
    }

    private bool Patch(JsonObject target, JsonElement patch, string what)
    {
        Writes.Add(what);
        var body = JsonObject.Create(patch.Clone())!;
        if (body["metadata"]?["resourceVersion"]?.GetValue<string>() is { } assumed && assumed != target["metadata"]!["resourceVersion"]!.GetValue<string>())
            return false;
        Merge(target, body);
        Touch(target);
        return true;
    }

    private void Touch(JsonObject target) => target["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);

    private static JsonElement Element(JsonObject node) => JsonElement.Parse(node.ToJsonString());

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is not JsonObject child)
            {
                target[key] = value.DeepClone();
            }
            else
            {
                if (target[key] is not JsonObject)
                    target[key] = new JsonObject();
                Merge((JsonObject)target[key]!, child);
            }
        }
    }
}
