using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class JobDeciderTests
{
    private static readonly DateTimeOffset s_now = TestObjects.Now;

    [Theory]
    [InlineData(1, 1, 0, 0, 1)]
    [InlineData(5, 2, 0, 0, 2)]
    [InlineData(5, 2, 1, 0, 1)]
    [InlineData(5, 2, 0, 4, 1)]
    [InlineData(5, 2, 1, 4, 0)]
    [InlineData(5, 0, 0, 0, 0)]
    [InlineData(null, 3, 1, 0, 2)]
    [InlineData(null, 3, 1, 1, 0)]
    public void Decide_Open_CreatesWhatParallelismAndCompletionsAsk(int? completions, int parallelism, int active, int succeeded, int create)
    {
        var spec = $"""{(completions is { } c ? $"\"completions\":{c}," : "")}"parallelism":{parallelism}""";
        var pods = Enumerable.Range(0, active).Select(i => Pod($"p{i}"));

        Assert.Equal(create, Decide(spec, $"\"succeeded\":{succeeded}", pods).Create);
    }

    [Fact]
    public void Decide_PodsEnded_AreNotedThenReleasedThenCounted()
    {
        PodFacts[] ended = [Pod("good", "Succeeded"), Pod("bad", "Failed"), Pod("deleted", terminating: true)];

        var first = Decide("\"completions\":3", "", ended);
        Assert.Equal("""{"succeeded":["uid-good"],"failed":["uid-bad","uid-deleted"]}""", first.Status["uncountedTerminatedPods"]!.ToJsonString());
        Assert.Equal(["good", "bad", "deleted"], first.Release.Select(p => p.Object.Name));
        Assert.Null(first.Status["succeeded"]);

        var again = Decide("\"completions\":3", first.Status, ended);
        Assert.Equal(first.Status.ToJsonString(), again.Status.ToJsonString());

        var released = Decide("\"completions\":3", first.Status, [Pod("good", "Succeeded", tracked: false), Pod("bad", "Failed", tracked: false)]);
        Assert.Equal("1 2 {}", $"{released.Status["succeeded"]} {released.Status["failed"]} {released.Status["uncountedTerminatedPods"]!.ToJsonString()}");
    }

    [Fact]
    public void Decide_CompletionsReached_MeetsTheCriteriaAndThenCompletes()
    {
        var first = Decide("\"completions\":1,\"ttlSecondsAfterFinished\":60", "", [Pod("good", "Succeeded")]);
        Assert.Equal("SuccessCriteriaMet", Types(first.Status));

        var second = Decide("\"completions\":1", first.Status, [Pod("good", "Succeeded", tracked: false)]);
        Assert.Equal("SuccessCriteriaMet Complete", Types(second.Status));
        Assert.NotNull(second.Status["completionTime"]);
        Assert.Equal("Completed", Assert.Single(second.Events).Reason);

        var third = Decide("\"completions\":1,\"ttlSecondsAfterFinished\":60", second.Status, [Pod("good", "Succeeded", tracked: false)]);
        Assert.Equal(second.Status.ToJsonString(), third.Status.ToJsonString());
        Assert.Equal((0, TimeSpan.FromSeconds(60), false), (third.Create, third.LookAgainAfter, third.DeleteJob));

        Assert.True(Decide("\"completions\":1,\"ttlSecondsAfterFinished\":60", second.Status, [], s_now.AddSeconds(60)).DeleteJob);
    }

    [Fact]
    public void Decide_BackOffLimitPassed_FailsTheRestAndThenTheJob()
    {
        var first = Decide("\"completions\":2,\"parallelism\":2,\"backoffLimit\":0", "", [Pod("bad", "Failed"), Pod("other")]);
        Assert.Equal("FailureTarget", Types(first.Status));
        Assert.Equal(["other"], first.Fail.Select(p => p.Object.Name));

        var second = Decide("\"completions\":2,\"backoffLimit\":0", first.Status, []);
        Assert.Equal("FailureTarget Failed", Types(second.Status));
        Assert.Equal("BackoffLimitExceeded", second.Status["conditions"]![1]!["reason"]!.GetValue<string>());
        Assert.Null(second.Status["completionTime"]);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    public void Decide_RestartsInPlace_CountAgainstTheLimit(int limit, int restarts, bool fails)
    {
        var plan = Decide($$"""
            "backoffLimit":{{limit}},"template":{"spec":{"restartPolicy":"OnFailure"} }
            """, "", [Pod("p", restarts: restarts)]);

        Assert.Equal(fails ? "FailureTarget" : "", Types(plan.Status));
    }

    [Fact]
    public void Decide_Deadline_IsAWakeUpAndThenTheEnd()
    {
        var started = Decide("\"activeDeadlineSeconds\":30", "", []);
        Assert.Equal((1, TimeSpan.FromSeconds(30)), (started.Create, started.LookAgainAfter));

        var over = Decide("\"activeDeadlineSeconds\":30", started.Status, [Pod("p")], s_now.AddSeconds(30));
        Assert.Equal("DeadlineExceeded", over.Status["conditions"]![0]!["reason"]!.GetValue<string>());
        Assert.Equal(["p"], over.Fail.Select(p => p.Object.Name));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(4, 80)]
    [InlineData(6, 320)]
    [InlineData(12, 600)]
    public void Decide_AfterFailures_WaitsLongerEachTime(int failures, int seconds)
    {
        var pods = Enumerable.Range(0, failures).Select(i => Pod($"p{i}", "Failed", tracked: false, endedAt: s_now));

        var plan = Decide("\"backoffLimit\":99", $"\"failed\":{failures}", pods);

        Assert.Equal((0, TimeSpan.FromSeconds(seconds)), (plan.Create, plan.LookAgainAfter));
    }

    [Fact]
    public void Decide_Suspended_DropsItsPodsWithoutCountingThem()
    {
        var plan = Decide("\"suspend\":true", "\"startTime\":\"2026-01-01T00:00:00Z\"", [Pod("p")]);

        Assert.Equal(["p"], plan.Drop.Select(p => p.Object.Name));
        Assert.Equal("Suspended", Types(plan.Status));
        Assert.Null(plan.Status["startTime"]);

        var resumed = Decide("\"suspend\":false", plan.Status, []);
        Assert.Equal("False JobResumed", $"{resumed.Status["conditions"]![0]!["status"]} {resumed.Status["conditions"]![0]!["reason"]}");
        Assert.Equal(1, resumed.Create);
    }

    [Fact]
    public void Decide_BeingDeleted_CreatesNothingAndLetsItsPodsGo()
    {
        var job = Job("\"completions\":2", new JsonObject(), """, "deletionTimestamp":"2026-01-02T03:04:05Z" """);

        var plan = JobDecider.Decide(JobFacts.Of(job), [Pod("p", terminating: true)], s_now);

        Assert.Equal(0, plan.Create);
        Assert.Equal(["p"], plan.Release.Select(p => p.Object.Name));
    }

    [Fact]
    public void Decide_ReplacementPolicyFailed_WaitsForTheEndOfTheOldPod()
    {
        var plan = Decide("\"podReplacementPolicy\":\"Failed\"", "", [Pod("p", terminating: true)]);

        Assert.Equal(0, plan.Create);
        Assert.Empty(plan.Release);
        Assert.Equal(1, (int?)plan.Status["terminating"]);
    }

    private static string Types(JsonObject status) => string.Join(' ', (status["conditions"] as JsonArray ?? []).Select(c => c!["type"]!.GetValue<string>()));

    private static JobPlan Decide(string spec, string status, IEnumerable<PodFacts> pods) => Decide(spec, (JsonObject)JsonNode.Parse($"{{{status}}}")!, pods);

    private static JobPlan Decide(string spec, JsonObject status, IEnumerable<PodFacts> pods, DateTimeOffset? now = null) =>
        JobDecider.Decide(JobFacts.Of(Job(spec, status)), [.. pods], now ?? s_now);

    private static KubeObject Job(string spec, JsonObject status, string metadata = "") => TestObjects.Object($$"""
        {"metadata":{"name":"pi","namespace":"default","uid":"job"{{metadata}} },"spec":{ {{spec}} },"status":{{status.ToJsonString()}} }
        """);

    private static PodFacts Pod(string name, string phase = "Running", bool terminating = false, bool tracked = true, int restarts = 0, DateTimeOffset? endedAt = null)
    {
        var pod = TestObjects.Pod(name, owner: "job", phase: phase, terminating: terminating, restarts: restarts).ToNode();
        if (tracked)
            pod["metadata"]!["finalizers"] = new JsonArray(JobFacts.TrackingFinalizer);
        if (endedAt is { } end)
            pod["status"]!["containerStatuses"]![0]!["state"] = new JsonObject { ["terminated"] = new JsonObject { ["finishedAt"] = end.ToApiTime() } };
        return PodFacts.Of(KubeObject.From(pod));
    }
}
