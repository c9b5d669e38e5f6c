using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class ReplicaSetDeciderTests
{
    private static readonly DateTimeOffset s_now = TestObjects.Now;

    /// <summary>Each pair: the first goes before the second, all else being equal.</summary>
    public static TheoryData<string> Rules => ["unscheduled", "pending", "not ready", "cheap", "ready for less", "restarted", "younger"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void DeletionOrder_OneDifference_Decides(string rule)
    {
        var keep = TestObjects.Pod("keep", readySince: s_now.AddHours(-2), created: s_now.AddHours(-4));
        var go = rule switch
        {
            "unscheduled" => TestObjects.Pod("go", node: "", readySince: s_now.AddHours(-9), created: s_now.AddHours(-9)),
            "pending" => TestObjects.Pod("go", phase: "Pending", readySince: s_now.AddHours(-9), created: s_now.AddHours(-9)),
            "not ready" => TestObjects.Pod("go", created: s_now.AddHours(-9)),
            "cheap" => TestObjects.Pod("go", cost: "-5", readySince: s_now.AddHours(-9), created: s_now.AddHours(-9)),
            "ready for less" => TestObjects.Pod("go", readySince: s_now.AddMinutes(-1), created: s_now.AddHours(-9)),
            "restarted" => TestObjects.Pod("go", restarts: 3, readySince: s_now.AddHours(-2), created: s_now.AddHours(-4)),
            _ => TestObjects.Pod("go", readySince: s_now.AddHours(-2), created: s_now.AddMinutes(-9)),
        };

        PodFacts[] pods = [PodFacts.Of(keep), PodFacts.Of(go)];
        Assert.Equal("go", pods.Order(new DeletionOrder(s_now)).First().Object.Name);
        Assert.Equal("go", pods.Reverse().Order(new DeletionOrder(s_now)).First().Object.Name);
    }

    [Theory]
    [InlineData(3, 1, 2, 0)]
    [InlineData(3, 3, 0, 0)]
    [InlineData(1, 3, 0, 2)]
    [InlineData(0, 2, 0, 2)]
    public void Decide_Counts_CreateAndDeleteTheDifference(int replicas, int present, int create, int delete)
    {
        var pods = Enumerable.Range(0, present).Select(i => PodFacts.Of(TestObjects.Pod($"p{i}", owner: "rs"))).ToList();

        var plan = ReplicaSetDecider.Decide(Set(replicas), pods, s_now);

        Assert.Equal((create, delete), (plan.Create, plan.Delete.Length));
    }

    [Fact]
    public void Decide_OrphansAndStrangers_AreAdoptedAndReleased()
    {
        PodFacts[] pods =
        [
            PodFacts.Of(TestObjects.Pod("orphan")),
            PodFacts.Of(TestObjects.Pod("relabelled", owner: "rs", labels: """{"app":"other"}""")),
            PodFacts.Of(TestObjects.Pod("foreign", owner: "somebody")),
            PodFacts.Of(TestObjects.Pod("ended", owner: "rs", phase: "Failed")),
            PodFacts.Of(TestObjects.Pod("ending", owner: "rs", terminating: true)),
        ];

        var plan = ReplicaSetDecider.Decide(Set(2), pods, s_now);

        Assert.Equal(["orphan"], plan.Adopt.Select(p => p.Object.Name));
        Assert.Equal(["relabelled"], plan.Release.Select(p => p.Object.Name));
        Assert.Equal(1, plan.Create);
    }

    [Fact]
    public void Status_MinReadySeconds_SetsAvailableAndTheNextLook()
    {
        var set = Set(2, minReady: 30);
        PodFacts[] pods = [PodFacts.Of(TestObjects.Pod("a", owner: "rs", readySince: s_now.AddSeconds(-40))), PodFacts.Of(TestObjects.Pod("b", owner: "rs", readySince: s_now.AddSeconds(-10)))];

        var status = ReplicaSetDecider.Status(set, pods, failure: null, s_now);

        Assert.Equal(2, (int?)status["readyReplicas"]);
        Assert.Equal(1, (int?)status["availableReplicas"]);
        Assert.Equal(TimeSpan.FromSeconds(20), ReplicaSetDecider.NextAvailableIn(set, pods, s_now));
    }

    private static KubeObject Set(int replicas, int minReady = 0) => TestObjects.Object($$"""
        {"metadata":{"name":"web-1","namespace":"default","uid":"rs","generation":2},
         "spec":{"replicas":{{replicas}},"minReadySeconds":{{minReady}},"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} } } } }
        """);
}
