using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Api.Tests.Rollouts;

public sealed class RolloutReadingTests
{
    [Theory] // RT-7
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"metadata":7,"spec":[],"status":"x"}""")]
    [InlineData("""{"spec":{"replicas":"five","selector":3,"strategy":{"canary":{"steps":{"a":1},"maxSurge":[]}}},"status":{"conditions":[1,{}],"pauseConditions":{},"currentStepIndex":1.5}}""")]
    public void Read_Malformed_SkipsWhatIsWrong(string json)
    {
        var rollout = Rollout.Read(JsonElement.Parse(json));

        Assert.Equal((1, 10, 600), (rollout.Replicas, rollout.Spec.RevisionHistoryLimit, rollout.Spec.ProgressDeadlineSeconds));
        Assert.Null(rollout.Status.CurrentStepIndex);
    }

    [Theory] // STEP-3
    [InlineData("{}", null)]
    [InlineData("""{"duration":null}""", null)]
    [InlineData("""{"duration":10}""", 10)]
    [InlineData("""{"duration":"10"}""", 10)]
    [InlineData("""{"duration":"1h30m"}""", 5400)]
    [InlineData("""{"duration":"1ms"}""", 0)]
    [InlineData("""{"duration":"1.5m"}""", 90)]
    [InlineData("""{"duration":"99999999999"}""", -1)]
    [InlineData("""{"duration":"soon"}""", -1)]
    [InlineData("""{"duration":""}""", -1)]
    [InlineData("""{"duration":true}""", -1)]
    public void PauseStep_Duration_IsInSeconds(string pause, int? seconds) =>
        Assert.Equal(seconds, Assert.IsType<PauseStep>(Step($"{{\"pause\":{pause}}}")).DurationSeconds);

    [Theory] // STEP-14
    [InlineData("""{"setWeight":20}""", "setWeight: 20")]
    [InlineData("""{"pause":{}}""", "pause")]
    [InlineData("""{"pause":{"duration":"10s"}}""", "pause: 10s")]
    [InlineData("""{"analysis":{"templates":[]}}""", "analysis")]
    [InlineData("""{"experiment":{"templates":[]}}""", "experiment")]
    [InlineData("""{"setCanaryScale":{"weight":5}}""", "setCanaryScale{weight: 5}")]
    [InlineData("""{"setCanaryScale":{"matchTrafficWeight":true}}""", "setCanaryScale{matchTrafficWeight: true}")]
    [InlineData("""{"setCanaryScale":{"replicas":3}}""", "setCanaryScale{replicas: 3}")]
    [InlineData("""{"plugin":{"name":"p"}}""", "plugin: p")]
    [InlineData("""{"setHeaderRoute":{"name":"h"}}""", "setHeaderRoute: h")]
    [InlineData("""{"setMirrorRoute":{"name":"m"}}""", "setMirrorRoute: m")]
    [InlineData("""{"setCanaryScale":{"weight":5},"setWeight":7}""", "setWeight: 7")]
    [InlineData("{}", "invalid")]
    public void Step_AsText_IsTheReferences(string step, string text) => Assert.Equal(text, Step(step).ToString());

    [Fact]
    public void Step_WithSeveralKinds_IsTheOneThatCompletes() // STEP-10
    {
        var step = Step("""{"setWeight":7,"setCanaryScale":{"weight":5}}""");

        Assert.IsType<SetCanaryScaleStep>(step);
        Assert.Equal(7, step.Weight);
    }

    [Theory]
    [InlineData("1h30m", 5400_000)]
    [InlineData("-1.5s", -1500)]
    [InlineData("300ms", 300)]
    [InlineData("0", 0)]
    [InlineData("1us", 0)]
    public void GoDuration_WellFormed_Parses(string text, long milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, (long)duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("-")]
    [InlineData(".s")]
    [InlineData("1d")]
    [InlineData("99999999999999h")]
    public void GoDuration_Malformed_IsRefused(string? text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("""{"matchLabels":{"b":"2","a":"1"}}""", "a=1,b=2", true)]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"In","values":["2","1"]}]}""", "a in (1,2)", true)]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}""", "a notin (1)", false)]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"Exists"}]}""", "a", true)]
    [InlineData("""{"matchExpressions":[{"key":"c","operator":"DoesNotExist"}]}""", "!c", true)]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"Nonsense"}]}""", "a", false)]
    public void LabelSelector_Each_MatchesAndPrints(string json, string text, bool matches)
    {
        var selector = LabelSelector.Read(JsonElement.Parse(json));

        Assert.Equal(text, selector.ToString());
        Assert.Equal(matches, selector.Matches(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
    }

    private static CanaryStep Step(string json) => CanaryStep.Read(JsonElement.Parse(json), 0);
}
