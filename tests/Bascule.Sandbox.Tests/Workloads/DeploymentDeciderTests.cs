using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class DeploymentDeciderTests
{
    private const string Old = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"a:1"}]}}""";
    private const string New = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"a:2"}]}}""";

    [Fact]
    public void Decide_NewDeployment_CreatesItsSetWithAllReplicas()
    {
        var decision = Decide(Deployment(3), []);

        var set = Assert.Single(decision.Sets);
        Assert.Null(set.Seen);
        Assert.Equal(3, set.Replicas);
        Assert.Equal("1", set.Annotations[ReplicaSetState.RevisionAnnotation]);
        Assert.Equal("1", decision.Revision);
        Assert.Equal([$"Scaled up replica set {set.Name} from 0 to 3"], decision.Scalings);
        Assert.Equal("NewReplicaSetCreated", Condition(decision, "Progressing", "reason"));
    }

    [Theory]
    // desired, surge, unavailable | old replicas, old available | new replicas, new available -> old, new
    [InlineData(10, "0", "2", 10, 10, 0, 0, 8, 0)]
    [InlineData(10, "2", "0", 12, 10, 0, 0, 10, 0)]
    [InlineData(10, "2", "0", 10, 10, 2, 2, 8, 2)]
    [InlineData(10, "2", "0", 8, 8, 4, 2, 8, 4)]
    [InlineData(10, "\"25%\"", "\"25%\"", 8, 8, 5, 5, 3, 5)]
    // old pods that are not available go first, and cost nothing
    [InlineData(10, "0", "2", 10, 8, 0, 0, 8, 0)]
    [InlineData(10, "3", "0", 10, 4, 3, 0, 10, 3)]
    [InlineData(4, "1", "0", 1, 1, 4, 4, 0, 4)]
    public void Decide_RollingUpdate_MovesAsKubernetesDoes(int desired, string surge, string unavailable, int old, int oldAvailable, int current, int currentAvailable, int expectedOld, int expectedNew)
    {
        var decision = Decide(Deployment(desired, surge, unavailable), [Set("old", Old, old, oldAvailable, desired), Set("new", New, current, currentAvailable, desired, age: 1)]);

        Assert.Equal(expectedOld, After(decision, "old", old));
        Assert.Equal(expectedNew, After(decision, "new", current));
    }

    [Fact]
    public void Decide_NewTemplateWithSurge_FirstOnlyScalesUp()
    {
        var decision = Decide(Deployment(10, "2", "2"), [Set("old", Old, 10, 10, 10), Set("new", New, 0, 0, 10, age: 1)]);

        Assert.Equal(2, After(decision, "new", 0));
        Assert.Equal(10, After(decision, "old", 10));
    }

    [Theory]
    [InlineData(4, 4, false, 0, null)]
    [InlineData(0, 2, false, 0, null)]
    [InlineData(0, 0, true, 0, null)]
    [InlineData(0, 0, false, 0, 4)]
    public void Decide_Recreate_StartsTheNewOnlyWhenTheOldIsGone(int replicas, int actual, bool podsRunning, int expectedOld, int? expectedNew)
    {
        var old = Set("old", Old, replicas, actual, 4, actual: actual);
        var decision = DeploymentDecider.Decide(new DeploymentObservation(Deployment(4, strategy: "Recreate"), [old], _ => podsRunning, TestObjects.Now));

        Assert.Equal(expectedOld, After(decision, "old", replicas));
        Assert.Equal(expectedNew, decision.Sets.FirstOrDefault(s => s.Seen is null)?.Replicas);
    }

    [Theory]
    [InlineData(10, 20, 5, 5, 10, 10)]
    [InlineData(10, 5, 8, 2, 4, 1)]
    public void Decide_ScaledInMidRollout_SetsKeepTheirProportions(int before, int desired, int old, int current, int expectedOld, int expectedNew)
    {
        var decision = Decide(Deployment(desired, "0", "1"), [Set("old", Old, old, old, before), Set("new", New, current, current, before, age: 1)]);

        Assert.Equal(expectedOld, After(decision, "old", old));
        Assert.Equal(expectedNew, After(decision, "new", current));
    }

    [Fact]
    public void Decide_Paused_ScalesButDoesNotRoll()
    {
        var decision = Decide(Deployment(6, paused: true), [Set("old", Old, 4, 4, 4)]);

        Assert.Equal(6, After(decision, "old", 4));
        Assert.DoesNotContain(decision.Sets, s => s.Seen is null);
        Assert.Equal("DeploymentPaused", Condition(decision, "Progressing", "reason"));
    }

    [Fact]
    public void Decide_OldTemplateAgain_ReusesItsSetWithTheNextRevision()
    {
        var decision = Decide(Deployment(2, template: Old), [Set("old", Old, 0, 0, 2, revision: 1), Set("new", New, 2, 2, 2, age: 1, revision: 2)]);

        var reused = decision.Sets.Single(s => s.Name == "old");
        Assert.Equal("3", reused.Annotations[ReplicaSetState.RevisionAnnotation]);
        Assert.Equal("1", reused.Annotations[ReplicaSetState.RevisionHistoryAnnotation]);
        Assert.Equal("3", decision.Revision);
    }

    [Fact]
    public void Decide_Complete_RemovesSetsBeyondTheHistoryLimit()
    {
        ReplicaSetState[] sets =
        [
            Set("r1", Old.Replace("a:1", "a:x", StringComparison.Ordinal), 0, 0, 2, revision: 1),
            Set("r2", Old.Replace("a:1", "a:y", StringComparison.Ordinal), 0, 0, 2, age: 1, revision: 2),
            Set("r3", Old, 0, 0, 2, age: 2, revision: 3),
            Set("r4", New, 2, 2, 2, age: 3, revision: 4),
        ];
        var decision = Decide(Deployment(2, historyLimit: 1), sets);

        Assert.Equal(["r1", "r2"], decision.Outlived.Select(s => s.Name));
        Assert.Equal("NewReplicaSetAvailable", Condition(decision, "Progressing", "reason"));
    }

    [Fact]
    public void Decide_NoProgressForLongerThanTheDeadline_SaysSo()
    {
        var stuck = """{"conditions":[{"type":"Progressing","status":"True","reason":"ReplicaSetUpdated","lastUpdateTime":"2026-01-02T02:00:00Z","lastTransitionTime":"2026-01-02T02:00:00Z"}],"replicas":1,"updatedReplicas":1}""";
        var decision = Decide(Deployment(1, status: stuck), [Set("new", New, 1, 0, 1, actual: 1)]);

        Assert.Equal("ProgressDeadlineExceeded", Condition(decision, "Progressing", "reason"));
        Assert.Equal("ReplicaSet \"new\" has timed out progressing.", Condition(decision, "Progressing", "message"));
        Assert.Null(decision.LookAgainAfter);
    }

    [Fact]
    public void Decide_Waiting_LooksAgainJustAfterTheDeadline()
    {
        var waiting = """{"conditions":[{"type":"Progressing","status":"True","reason":"ReplicaSetUpdated","lastUpdateTime":"2026-01-02T03:00:05Z"}],"replicas":1,"updatedReplicas":1}""";
        var decision = Decide(Deployment(1, status: waiting), [Set("new", New, 1, 0, 1, actual: 1)]);

        Assert.Equal(TimeSpan.FromSeconds(600 - 240 + 1), decision.LookAgainAfter);
    }

    [Fact]
    public void Decide_OnItsOwnResult_WritesNothingMore()
    {
        var complete = Set("new", New, 2, 2, 2, actual: 2);
        var first = Decide(Deployment(2), [complete]);
        var settled = DeploymentFacts.Of(TestObjects.Object(Text(2, status: first.Status.ToJsonString())));

        var second = Decide(settled, [.. first.Sets.DefaultIfEmpty(complete).Select(s => ReplicaSetState.Of(Written(s)))]);

        Assert.Empty(second.Sets);
        Assert.Null(StatusWriter.MergePatch(settled.Status, second.Status));
    }

    private static DeploymentDecision Decide(DeploymentFacts deployment, ReplicaSetState[] sets) =>
        DeploymentDecider.Decide(new DeploymentObservation(deployment, [.. sets], _ => false, TestObjects.Now));

    private static int After(DeploymentDecision decision, string name, int before) => decision.Sets.FirstOrDefault(s => s.Name == name)?.Replicas ?? before;

    private static string? Condition(DeploymentDecision decision, string type, string field) =>
        (string?)decision.Status["conditions"]!.AsArray().Single(c => (string?)c!["type"] == type)![field];

    private static DeploymentFacts Deployment(int replicas, string surge = "1", string unavailable = "1", string strategy = "RollingUpdate", bool paused = false, string template = New, int historyLimit = 10, string status = "{}") =>
        DeploymentFacts.Of(TestObjects.Object(Text(replicas, surge, unavailable, strategy, paused, template, historyLimit, status)));

    private static string Text(int replicas, string surge = "1", string unavailable = "1", string strategy = "RollingUpdate", bool paused = false, string template = New, int historyLimit = 10, string status = "{}") => $$"""
        {"metadata":{"name":"web","namespace":"default","uid":"d","generation":1},
         "spec":{"replicas":{{replicas}},"paused":{{(paused ? "true" : "false")}},"progressDeadlineSeconds":600,"revisionHistoryLimit":{{historyLimit}},
                 "selector":{"matchLabels":{"app":"web"} },"strategy":{"type":"{{strategy}}","rollingUpdate":{"maxSurge":{{surge}},"maxUnavailable":{{unavailable}} } },
                 "template":{{template}} },"status":{{status}} }
        """;

    private static ReplicaSetState Set(string name, string template, int replicas, int available, int desired, int age = 0, int revision = 1, int? actual = null) =>
        ReplicaSetState.Of(TestObjects.Object($$"""
            {"metadata":{"name":"{{name}}","namespace":"default","uid":"{{name}}","generation":1,"creationTimestamp":"{{TestObjects.Now.AddDays(age - 9).ToApiTime()}}",
              "annotations":{"deployment.kubernetes.io/revision":"{{revision}}","deployment.kubernetes.io/desired-replicas":"{{desired}}","deployment.kubernetes.io/max-replicas":"{{desired}}"} },
             "spec":{"replicas":{{replicas}},"template":{{template}} },
             "status":{"observedGeneration":1,"replicas":{{actual ?? replicas}},"readyReplicas":{{available}},"availableReplicas":{{available}} } }
            """));

    private static KubeObject Written(ReplicaSetState state)
    {
        var node = state.Seen!.ToNode();
        node["metadata"]!["annotations"] = new JsonObject(state.Annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        node["spec"]!["replicas"] = state.Replicas;
        return KubeObject.From(node);
    }
}
