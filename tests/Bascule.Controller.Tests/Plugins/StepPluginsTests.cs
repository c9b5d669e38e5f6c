using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Controller.Plugins;
using Bascule.Engine.Rollouts.Plugins;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests.Plugins;

public sealed class StepPluginsTests
{
    private const string Steps = """[ { "plugin": { "name": "org/warm-up", "config": { "rounds": 2 } } }, { "setWeight": 40 }, { "pause": {} } ]""";

    private static readonly Rollout Web = Rollout.Read(JsonElement.Parse("""{"metadata":{"name":"web"}}"""));
    private static readonly StepPluginCall Call = new(StepPluginOperation.Run, 0, "org/warm-up", null, null);

    [Fact]
    public async Task Plugin_IsCalledInTheController_AndItsStateComesBack_SP4_SP10()
    {
        var plugin = new TestStepPlugin("org/warm-up", (call, _) => Task.FromResult(call.State is null
            ? new StepPluginAnswer { CallAgainAfter = TimeSpan.FromSeconds(20), State = JsonElement.Parse("""{"round":1}""") }
            : new StepPluginAnswer { Phase = StepPluginPhases.Successful, Message = "warm" }));
        var cluster = await TestCluster.WithRolloutAsync(Steps, plugin);
        await cluster.SettleAsync();
        Assert.Empty(plugin.Calls);

        await cluster.SetImageAsync("web:2");
        var again = await cluster.SettleAsync();
        Assert.Equal(("""{"rounds":2}""", null), (Compact(Assert.Single(plugin.Calls).Config), plugin.Calls[0].State));
        Assert.Equal(TimeSpan.FromSeconds(25), again);
        Assert.Equal("Running", Assert.Single(cluster.Rollout.Status.StepPluginStatuses).Phase);

        cluster.Time.Advance(again!.Value);
        await cluster.SettleAsync();
        Assert.Equal((2, """{"round":1}"""), (plugin.Calls.Count, Compact(plugin.Calls[1].State)));
        Assert.Equal(("Paused", 2, "web:1=3 web:2=2"), (cluster.Rollout.Status.Phase, cluster.Rollout.Status.CurrentStepIndex, cluster.Pods));
        var entry = Assert.Single(cluster.Rollout.Status.StepPluginStatuses);
        Assert.Equal(("Successful", "warm", 2), (entry.Phase, entry.Message, entry.Executions));
    }

    [Fact]
    public async Task Plugin_NobodyHas_IsToldHowToGet_AndTheRolloutIsDegradedInTheEnd_SP5_E2E122()
    {
        var cluster = await TestCluster.WithRolloutAsync(Steps);
        await cluster.SettleAsync();
        await cluster.SetImageAsync("web:2");

        var again = await cluster.SettleAsync();
        Assert.Equal((TimeSpan.FromSeconds(30), 0, "Progressing"), (again, cluster.Rollout.Status.CurrentStepIndex, cluster.Rollout.Status.Phase));
        var told = cluster.Events.Events.Last();
        Assert.Equal(("ReconciliationError", Kube.Events.EventSeverity.Warning), (told.Reason, told.Severity));
        Assert.StartsWith("Reconciliation failed with error: there is no step plugin \"org/warm-up\" (there are: none); plugins are given to the controller by ", told.Message, StringComparison.Ordinal);

        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromSeconds(660); waited += again ?? TimeSpan.Zero)
        {
            cluster.Time.Advance(again!.Value);
            again = await cluster.SettleAsync();
            if (again is null)
                break;
        }

        Assert.Equal(("Degraded", 0), (cluster.Rollout.Status.Phase, cluster.Rollout.Status.CurrentStepIndex));
        Assert.Empty(cluster.Rollout.Status.StepPluginStatuses);
        Assert.Null(again);
    }

    [Fact]
    public async Task CallAsync_NameSwitchedOff_AnswersSoWithoutACall_SP9()
    {
        var plugin = new TestStepPlugin("org/warm-up", (_, _) => Task.FromResult(new StepPluginAnswer()));

        Assert.True((await new StepPlugins(TimeProvider.System, [plugin], "org/warm-up").CallAsync(Web, Call, CancellationToken.None)).IsDisabled);
        Assert.Empty(plugin.Calls);
    }

    [Fact]
    public async Task CallAsync_PluginFailsOrHangs_AnswersAnError_SP3()
    {
        var time = new FakeTimeProvider();
        var failing = new StepPlugins(time, [new TestStepPlugin("org/warm-up", (_, _) => throw new StepPluginException("no oil"))]);
        var answer = await failing.CallAsync(Web, Call, CancellationToken.None);
        Assert.Equal((StepPluginPhases.Error, "no oil"), (answer.Phase, answer.Message));

        var hanging = new StepPlugins(time, [new TestStepPlugin("org/warm-up", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            return new StepPluginAnswer();
        })]);
        var pending = hanging.CallAsync(Web, Call, CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(1));
        answer = await pending;
        Assert.Equal((StepPluginPhases.Error, "no answer within 60 s"), (answer.Phase, answer.Message));

        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.CallAsync(Web, Call, stopped.Token));
    }

    private static string? Compact(JsonElement? json) => json is { } element ? element.GetRawText().Replace(" ", "", StringComparison.Ordinal) : null;
}
