using System.Globalization;
using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class StepPluginTests
{
    private const string Steps = """[{"plugin":{"name":"a"}},{"plugin":{"name":"b","config":{"x":[1,null]}}},{"setWeight":50},{"pause":{}}]""";

    private static readonly StepPluginAnswer Running = new() { Phase = "Running", Message = "half" };
    private static readonly StepPluginAnswer Successful = new() { Phase = "Successful" };

    [Fact]
    public void Plugins_ThatSucceed_CompleteTheirSteps_SP4_STEP9_STAT25_E2E122()
    {
        var seen = new List<StepPluginCall>();
        var world = World(call =>
        {
            seen.Add(call);
            return Successful with { Message = $"did {call.Name}", State = JsonElement.Parse("""{"n":[7]}""") };
        });
        world.Settle();

        Assert.Equal(["Run 0 a", "Run 1 b"], world.PluginCalls);
        Assert.Equal((null, """{"x":[1,null]}"""), (seen[0].Config, seen[1].Config?.GetRawText()));
        Assert.Equal((3, "Paused"), (world.Status.CurrentStepIndex, world.Status.Phase));
        Assert.Equal(
            """{"index":1,"name":"b","message":"did b","startedAt":"2026-07-01T12:00:00Z","updatedAt":"2026-07-01T12:00:00Z","finishedAt":"2026-07-01T12:00:00Z","operation":"Run","phase":"Successful","executions":1,"status":{"n":[7]}}""",
            world.Rollout["status"]!["canary"]!["stepPluginStatuses"]![1]!.ToJsonString());
        Assert.Contains("Normal RolloutStepCompleted: Rollout step 2/4 completed (plugin: b)", Announced(world));
        Assert.DoesNotContain(Announced(world), m => m.Contains("StepPluginTransition", StringComparison.Ordinal)); // EV-20: success is told by the step
    }

    [Fact]
    public void Plugin_IsCalledOnlyAtItsStepOfAProgressingRollout_SP1()
    {
        var world = TestWorld.Canary(4, """[{"setWeight":25},{"pause":{}},{"plugin":{"name":"a"}}]""");
        world.Plugin = _ => Running;
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Empty(world.PluginCalls);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(["Run 2 a"], world.PluginCalls);

        world.Edit(spec => spec["paused"] = true);
        world.Settle();
        world.Now = world.Now.AddMinutes(9);
        Assert.Null(world.Settle().LookAgainAfter);
        Assert.Single(world.PluginCalls);
    }

    [Fact]
    public void Plugin_IsCalled_OnlyWhenNothingElseIsToBeWritten()
    {
        var world = World(_ => Running);
        for (var pass = 0; pass < 60; pass++)
        {
            var decision = RolloutDecider.Decide(world.Observe());
            Assert.True(decision.PluginCall is null || decision.Effects.IsEmpty);
            if (decision.PluginCall is { } call)
            {
                Assert.Equal(TimeSpan.FromSeconds(1), decision.LookAgainAfter);
                Assert.Equal("step 1 of 4: plugin a is about to be called", Assert.Single(decision.Reasons).Message);
                // The answer was lost: the same call is asked for again.
                Assert.Equal(call, RolloutDecider.Decide(world.Observe()).PluginCall);
                Assert.Equal(new StepPluginCall(StepPluginOperation.Run, 0, "a", null, null), call);
                return;
            }

            world.Apply(decision);
            world.MakePods();
        }

        Assert.Fail("never called");
    }

    [Theory]
    [InlineData("", null, "Running", "30s")]
    [InlineData("Running", null, "Running", "30s")]
    [InlineData("Running", 10, "Running", "30s")]
    [InlineData("Running", 17, "Running", "17s")]
    [InlineData("Running", 90, "Running", "1m30s")]
    [InlineData("Error", 90, "Error", "30s")]
    public void Answer_OfAnUnfinishedRun_SaysWhenItIsCalledAgain_SP2_SP3(string phase, int? after, string recorded, string backoff)
    {
        var world = World(_ => new() { Phase = phase, CallAgainAfter = after is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        var decision = world.Settle();
        var entry = Assert.Single(world.Status.StepPluginStatuses);
        Assert.Equal((recorded, backoff, 1, null), (entry.Phase, entry.Backoff, entry.Executions, entry.FinishedAt));
        var rest = TimeSpan.FromSeconds(backoff switch { "17s" => 17, "1m30s" => 90, _ => 30 });
        Assert.Equal(rest + TimeSpan.FromSeconds(5), decision.LookAgainAfter);
        Assert.Equal(ReasonKind.StepPlugin, decision.Reasons[0].Kind);

        world.Now += rest - TimeSpan.FromSeconds(1);
        Assert.Equal(TimeSpan.FromSeconds(6), world.Settle().LookAgainAfter);
        Assert.Single(world.PluginCalls);

        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal(2, world.PluginCalls.Count);
        Assert.Equal(2, world.Status.StepPluginStatuses[0].Executions);
    }

    [Theory]
    [InlineData("Successful", true)]
    [InlineData("Failed", false)]
    public void Answer_OfAFinishedRun_IsNotAskedForAgain_SP2_SP4(string phase, bool goesOn)
    {
        var world = World(_ => new() { Phase = phase });
        world.Settle();
        Assert.Equal(goesOn ? 2 : 1, world.PluginCalls.Count);
        Assert.Equal(world.Now, world.Status.StepPluginStatuses[0].FinishedAt);
        Assert.Equal("", world.Status.StepPluginStatuses[0].Backoff);
    }

    [Fact]
    public void Phase_NobodyKnows_IsATransientError_SP2_SP5_EV19()
    {
        var world = World(_ => new() { Phase = "Done" });
        var decision = world.Settle();

        Assert.Empty(world.Status.StepPluginStatuses);
        Assert.Equal((0, TimeSpan.FromSeconds(30)), (world.Status.CurrentStepIndex, decision.LookAgainAfter));
        Assert.Equal("Warning ReconciliationError: Reconciliation failed with error: step plugin a: phase \"Done\" is not valid, expected Running, Successful, Failed or Error", Announced(world)[^1]);
    }

    [Fact]
    public void Plugin_ThatCannotBeCalled_IsTriedUntilTheDeadline_SP5_E2E122_EV19()
    {
        var world = World(_ => new() { Problem = "there is none" });
        var decision = world.Settle();
        Assert.Equal((TimeSpan.FromSeconds(30), "correct what the message names"), (decision.LookAgainAfter, decision.Reasons[0].Unblock));
        Assert.Equal("step 1 of 4: plugin a cannot be called: there is none", decision.Reasons[0].Message);
        Assert.Equal("Warning ReconciliationError: Reconciliation failed with error: there is none", Announced(world)[^1]);

        ToTheDeadline(world);
        Assert.Equal((RolloutPhases.Degraded, 0), (world.Status.Phase, world.Status.CurrentStepIndex));
        Assert.Empty(world.Status.StepPluginStatuses);
        Assert.True(world.Settle().Effects.IsEmpty);
    }

    [Theory] // 600 s: the first call at 0, then every 35 s until 595
    [InlineData("Running")]
    [InlineData("Error")]
    public void Plugin_ThatNeverEnds_IsCalledUntilTheDeadline_SP3_E2E122(string phase)
    {
        var world = World(_ => new() { Phase = phase });
        world.Settle();
        ToTheDeadline(world);

        Assert.Equal((RolloutPhases.Degraded, 0, 18), (world.Status.Phase, world.Status.CurrentStepIndex, world.Status.StepPluginStatuses[0].Executions));
        var calls = world.PluginCalls.Count;
        world.Now = world.Now.AddHours(1);
        Assert.Equal(ReasonKind.DeadlineExceeded, world.Settle().Reasons[0].Kind);
        Assert.Equal(calls, world.PluginCalls.Count);
    }

    [Fact]
    public void Failure_AbortsAndUndoesTheStepsBefore_SP4_SP6_LIFE17_EV20_E2E122()
    {
        var world = World(call => call.Operation == StepPluginOperation.Run && call.Name == "b" ? new() { Phase = "Failed", Message = "broke" } : Successful);
        world.Settle();

        Assert.Equal(["Run 0 a", "Run 1 b", "Abort 0 a"], world.PluginCalls);
        Assert.Equal("RolloutAborted: Rollout aborted update to revision 2: Step Plugin 2 (b) failed: broke", world.Status.Message);
        Assert.Equal(["0 Run Successful", "1 Run Failed", "0 Abort Successful"], Entries(world));
        Assert.Contains("Warning StepPluginTransition: Step plugin b (step 2) transitioned to Failed", Announced(world));
        Assert.Contains("Normal StepPluginTransition: Step plugin a (step 1) aborted (Successful)", Announced(world));
        Assert.Equal(0, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void Abort_UndoesTheNewestFirst_WithTheStateOfItsRun_SP6_SP10_E2E122()
    {
        var states = new List<string?>();
        var world = World(call =>
        {
            states.Add(call.State?.GetRawText());
            return call.Operation == StepPluginOperation.Abort ? new() : (call.Name == "a" ? Successful : Running) with { State = JsonElement.Parse($"\"{call.Name}\"") };
        });
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.Equal(["Run 0 a", "Run 1 b", "Abort 1 b", "Abort 0 a"], world.PluginCalls);
        Assert.Equal([null, null, "\"b\"", "\"a\""], states);
        Assert.Equal(["0 Run Successful", "1 Run Running", "1 Abort Successful", "0 Abort Successful"], Entries(world));
        var undone = world.Status.StepPluginStatuses[2];
        Assert.Equal((world.Now, world.Now, 0), (undone.StartedAt, undone.FinishedAt, undone.Executions));
    }

    [Theory]
    [InlineData("Running", "Failed")] // it cannot run beside the abort
    [InlineData("Failed", "Failed")]
    [InlineData("Error", "Error")]
    [InlineData("Successful", "Successful")]
    public void Abort_IsAskedForOnce_WhateverIsAnswered_SP6_EV20(string phase, string recorded)
    {
        var world = World(call => call.Operation == StepPluginOperation.Run ? Running : new() { Phase = phase, Message = "m" });
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Now = world.Now.AddHours(1);
        world.Settle();

        Assert.Equal(["Run 0 a", "Abort 0 a"], world.PluginCalls);
        Assert.Equal(["0 Run Running", $"0 Abort {recorded}"], Entries(world));
        Assert.Contains($"{(recorded == "Successful" ? "Normal" : "Warning")} StepPluginTransition: Step plugin a (step 1) aborted ({recorded})", Announced(world));
    }

    [Fact]
    public void Abort_ThatCannotBeAskedFor_IsTriedForAsLongAsAnUpdateMayTake_SP5_SP6()
    {
        var world = World(call => call.Operation == StepPluginOperation.Run ? Running : new() { Problem = "gone" });
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        var decision = world.Settle();
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);
        Assert.Contains("step 1 of 4: plugin a cannot be called to abort what it did: gone", decision.Reasons.Select(r => r.Message));
        Assert.Equal(["0 Run Running"], Entries(world));

        world.Now = world.Now.AddSeconds(600);
        Assert.True(world.Settle().Effects.IsEmpty);
        Assert.Equal(["0 Run Running", "0 Abort Error"], Entries(world));
        Assert.Equal("gone", world.Status.StepPluginStatuses[1].Message);
    }

    [Fact]
    public void FullPromotion_EndsOnlyTheLastRun_SP7_EV20_E2E122()
    {
        var world = World(call => call.Name == "a" ? Successful : call.Operation == StepPluginOperation.Run ? Running : new());
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal(["Run 0 a", "Run 1 b", "Terminate 1 b"], world.PluginCalls);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(["0 Run Successful", "1 Run Running", "1 Terminate Successful"], Entries(world));
        Assert.Contains("Normal StepPluginTransition: Step plugin b (step 2) terminated (Successful)", Announced(world));
    }

    [Fact]
    public void Terminate_ThatCannotBeAskedFor_EndsInAnError_SP5_SP7()
    {
        var world = World(call => call.Operation == StepPluginOperation.Run ? Running : new() { Problem = "gone" });
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        Assert.Equal(TimeSpan.FromSeconds(30), world.Settle().LookAgainAfter);
        world.Now = world.Now.AddSeconds(600);
        Assert.Null(world.Settle().LookAgainAfter);
        Assert.Equal(["0 Run Running", "0 Terminate Error"], Entries(world));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Retry_StartsWithAnEmptyList_SP8_E2E122()
    {
        var world = World(call => call.Name == "a" ? Successful : Running);
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(4, world.Status.StepPluginStatuses.Length);

        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal(["0 Run Successful", "1 Run Running"], Entries(world));
        Assert.Equal(["Run 0 a", "Run 1 b"], world.PluginCalls[^2..]);
    }

    [Theory] // the first step; what is recorded of it; whether that is kept
    [InlineData("""{"setWeight":50}""", """{"index":1,"name":"a","operation":"Run","phase":"Successful"}""", false)]
    [InlineData("""{"plugin":{"name":"a"}}""", """{"index":0,"name":"a","operation":"Run","phase":"Running","executions":3,"updatedAt":"2026-07-01T12:00:00Z"}""", true)]
    [InlineData("""{"plugin":{"name":"a"}}""", """{"index":0,"name":"a","operation":"Run","phase":"Error","executions":3,"updatedAt":"2026-07-01T12:00:00Z"}""", true)]
    [InlineData("""{"plugin":{"name":"a"}}""", """{"index":0,"name":"a","operation":"Run","phase":"Failed","executions":3}""", false)]
    public void FirstStep_WithALeftOverList_ClearsIt_UnlessItIsItsOwnUnfinishedOne_SP8(string first, string entry, bool kept)
    {
        var world = TestWorld.Canary(4, $$"""[{{first}},{"plugin":{"name":"a"} },{"pause":{} }]""");
        world.Plugin = _ => Running;
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Reconcile();
        world.PatchStatus($$"""{"currentStepIndex":0,"canary":{"stepPluginStatuses":[{{entry}}]} }""");
        world.PluginCalls.Clear();
        world.Settle();

        Assert.Equal(0, world.Status.CurrentStepIndex);
        Assert.Equal(kept ? 3 : first.Contains("plugin", StringComparison.Ordinal) ? 1 : null, world.Status.StepPluginStatuses.FirstOrDefault()?.Executions);
    }

    [Fact]
    public void Plugin_SwitchedOff_IsSkipped_SP9_SP4_E2E122()
    {
        var world = World(call => call.Name == "a" ? new() { IsDisabled = true } : Successful);
        world.Settle();

        Assert.Equal(3, world.Status.CurrentStepIndex);
        Assert.Equal("""{"index":0,"name":"a","operation":"Run","disabled":true}""", world.Rollout["status"]!["canary"]!["stepPluginStatuses"]![0]!.ToJsonString());
        Assert.DoesNotContain(Announced(world), m => m.Contains("StepPluginTransition", StringComparison.Ordinal));

        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("Abort 1 b", world.PluginCalls[^1]);
    }

    [Fact]
    public void Plugin_SwitchedOffBeforeItsAbort_IsNotedAndPassedOver_SP6_SP9()
    {
        var off = false;
        var world = World(call => call.Name == "b" && off ? new() { IsDisabled = true } : call.Name == "a" ? Successful : Running);
        world.Settle();
        off = true;
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.Equal(["0 Run Successful", "1 Run Running", "1 Abort ", "0 Abort Successful"], Entries(world));
        Assert.True(world.Status.StepPluginStatuses[2].Disabled);
    }

    [Fact]
    public void State_ComesBackAtEachCall_AndSurvivesAnError_SP10()
    {
        var states = new List<string?>();
        var world = World(call =>
        {
            states.Add(call.State?.GetRawText());
            return states.Count switch
            {
                1 => Running with { State = JsonElement.Parse("[1]") },
                2 => new() { Phase = "Error", Message = "lost", State = JsonElement.Parse("[2]") },
                3 => Running with { State = JsonElement.Parse("[3]") },
                4 => Running with { State = JsonElement.Parse($"\"{new string('x', 70_000)}\"") },
                _ => Running,
            };
        });
        for (var i = 0; i < 5; i++)
        {
            world.Settle();
            world.Now = world.Now.AddSeconds(35);
        }

        Assert.Equal([null, "[1]", "[1]", "[3]", "[3]"], states);
        Assert.Equal(5, world.Status.StepPluginStatuses[0].Executions);
        Assert.Contains("Warning StepPluginTransition: Step plugin a (step 1) transitioned to Error", Announced(world));
        Assert.Equal(3, Announced(world).Count(m => m.EndsWith("transitioned to Running", StringComparison.Ordinal)));
    }

    [Fact]
    public void Answer_ThatIsTooBigForAStatus_IsCut()
    {
        var world = World(_ => Running with { Message = new string('m', 10_000), State = JsonElement.Parse($"\"{new string('x', 70_000)}\"") });
        world.Settle();
        var entry = Assert.Single(world.Status.StepPluginStatuses);
        Assert.Equal(("Error", "the state that the plugin wants kept has 70002 characters, at most 65536 can be kept", null), (entry.Phase, entry.Message, entry.Status?.GetRawText()));

        world = World(_ => Running with { Message = new string('m', 10_000) });
        world.Settle();
        Assert.Equal(4_096, Assert.Single(world.Status.StepPluginStatuses).Message.Length);
    }

    [Fact]
    public void NewTemplate_DropsTheList_E2E122()
    {
        var world = World(_ => Running);
        world.Settle();
        world.Plugin = null;
        world.SetImage("v3");
        world.Settle();
        Assert.Empty(world.Status.StepPluginStatuses);
        Assert.Equal(0, world.Status.CurrentStepIndex);
    }

    [Theory] // the reference calls a damaged back-off a transient error until the deadline; nothing is lost by taking the default
    [InlineData("""{"index":0,"name":"a","operation":"Run","phase":"Running","backoff":"soon","updatedAt":"2026-07-01T12:00:00Z"}""", 0)]
    [InlineData("""{"index":0,"name":"a","operation":"Run","phase":"Running","backoff":"-5m","updatedAt":"2026-07-01T12:00:00Z"}""", 0)]
    [InlineData("""{"index":0,"name":"a","operation":"Run","phase":"Running","backoff":"40s","updatedAt":"9999-12-31T23:59:59Z"}""", 1)]
    [InlineData("""{"index":0,"name":"a","operation":"Run","phase":"Running","backoff":"2562047h","updatedAt":"0001-01-01T00:00:00Z"}""", 1)]
    [InlineData("""{"index":0,"name":"a","operation":"Run","phase":"?"}""", 1)]
    [InlineData("""{"index":-7,"name":"a","operation":"Run","phase":"Running"}""", 1)]
    [InlineData("""{"index":99,"name":"zz","operation":"","phase":7,"status":"x"}""", 1)]
    public void Status_DamagedByHand_IsRepaired_SP5(string entry, int calls)
    {
        var world = World(_ => Running);
        world.Settle();
        world.PluginCalls.Clear();
        world.PatchStatus($$"""{"canary":{"stepPluginStatuses":[{{entry}}]} }""");
        var decision = world.Settle();

        Assert.Equal(calls, world.PluginCalls.Count);
        Assert.InRange(decision.LookAgainAfter!.Value, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(601));

        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        world.PatchStatus("""{"abort":false,"promoteFull":true}""");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    /// <summary>A Rollout whose second version stands at its first step.</summary>
    private static TestWorld World(Func<StepPluginCall, StepPluginAnswer> plugin)
    {
        var world = TestWorld.Canary(4, Steps);
        world.Settle();
        world.Plugin = plugin;
        world.Emitted.Clear();
        world.SetImage("v2");
        return world;
    }

    private static string[] Entries(TestWorld world) =>
        [.. world.Status.StepPluginStatuses.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Index} {s.Operation} {s.Phase}"))];

    /// <summary>The events in one line each: how serious, the reason and the message.</summary>
    private static List<string> Announced(TestWorld world) => [.. world.Emitted.Select(e => $"{(e.Warning ? "Warning" : "Normal")} {e.Reason}: {e.Message}")];

    /// <summary>Wakes up whenever the decisions ask for it, until they ask no more.</summary>
    private static void ToTheDeadline(TestWorld world)
    {
        for (var i = 0; i < 100; i++)
        {
            if (world.Settle().LookAgainAfter is not { } again)
                return;
            Assert.InRange(again, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(35));
            world.Now += again;
        }

        Assert.Fail("never ends");
    }
}
