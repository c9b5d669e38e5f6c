using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;

namespace Bascule.Api.Tests.Rollouts;

public sealed class RolloutReadingTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"metadata":7,"spec":[],"status":"x"}""")]
    [InlineData("""{"spec":{"replicas":"five","selector":3,"strategy":{"canary":{"steps":{"a":1},"maxSurge":[]}}},"status":{"conditions":[1,{}],"pauseConditions":{},"currentStepIndex":1.5}}""")]
    public void Read_Malformed_SkipsWhatIsWrong_RT7(string json)
    {
        var rollout = Rollout.Read(JsonElement.Parse(json));

        Assert.Equal((1, 10, 600), (rollout.Replicas, rollout.Spec.RevisionHistoryLimit, rollout.Spec.ProgressDeadlineSeconds));
        Assert.Null(rollout.Status.CurrentStepIndex);
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
    [InlineData(0, "0s")]
    [InlineData(15, "1.5µs")]
    [InlineData(3_000_500, "300.05ms")]
    [InlineData(300_000_000, "30s")]
    [InlineData(905_000_000, "1m30.5s")]
    [InlineData(36_000_000_001, "1h0m0.0000001s")]
    [InlineData(92_233_720_368_547_758, "2562047h47m16.8547758s")]
    public void GoDuration_Written_IsReadBack(long ticks, string text)
    {
        Assert.Equal(text, GoDuration.Text(TimeSpan.FromTicks(ticks)));
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

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
}
