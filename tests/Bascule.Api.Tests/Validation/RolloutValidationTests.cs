using Bascule.Api.Validation;
using static Bascule.Api.Tests.Validation.TestSpecs;

namespace Bascule.Api.Tests.Validation;

public sealed class RolloutValidationTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Replicas_Negative_IsInvalid_VAL1(int replicas) =>
        Assert.Equal($"spec.replicas: Invalid value: {replicas}: must be greater than or equal to 0", FirstError($"\"replicas\":{replicas},{Selector},{Template},{Strategy}"));

    [Theory]
    [InlineData("\"x\":1", "spec.selector: Required value: the Rollout needs a selector that matches the labels of its pod template")]
    [InlineData("\"selector\":{}", "spec.selector: Invalid value: \"\": an empty selector matches every pod: expected matchLabels or matchExpressions")]
    [InlineData("\"selector\":{\"matchLabels\":{},\"matchExpressions\":[]}", "spec.selector: Invalid value: \"\": ")]
    [InlineData("\"selector\":{\"matchLabels\":{\"a b\":\"c\"}}", "spec.selector.matchLabels: Invalid value: \"a b\": ")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"a b\"}}", "spec.selector.matchLabels: Invalid value: \"a b\": ")]
    [InlineData("\"selector\":{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\"}]}", "spec.selector.matchExpressions[0].values: Required value: ")]
    [InlineData("\"selector\":{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Exists\",\"values\":[\"a\"]}]}", "spec.selector.matchExpressions[0].values: Forbidden: ")]
    [InlineData("\"selector\":{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Is\"}]}", "spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": ")]
    [InlineData("\"selector\":{\"matchExpressions\":[{\"key\":\"\",\"operator\":\"Exists\"}]}", "spec.selector.matchExpressions[0].key: Invalid value: \"\": ")]
    public void Selector_Wrong_IsNamed_VAL2(string selector, string error) => Assert.StartsWith(error, FirstError($"{selector},{Template},{Strategy}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "no error")]
    [InlineData("\"template\":{\"spec\":{\"containers\":[]}},", "no error")] // Pod content alone counts as empty.
    [InlineData("\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}}},", "spec.template: Internal error: must be empty when workloadRef is set")]
    [InlineData("\"template\":{\"metadata\":{\"annotations\":{\"a\":\"b\"}}},", "spec.template: Internal error: must be empty when workloadRef is set")]
    public void Template_WithWorkloadRef_MustBeEmpty_VAL3_SPEC14(string template, string error) =>
        Assert.Equal(error, FirstError($"\"workloadRef\":{{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"web\"}},{template}{Strategy}"));

    [Fact]
    public void Template_OfAResolvedWorkload_IsCheckedLikeItsOwn_VAL3_VAL4()
    {
        var rollout = Read($"\"workloadRef\":{{\"kind\":\"Deployment\",\"name\":\"web\"}},{Selector},\"template\":{{\"metadata\":{{\"labels\":{{\"app\":\"web\"}}}},\"spec\":{{\"containers\":[{{\"name\":\"web\"}}]}}}},{Strategy}");

        var error = RolloutValidation.FirstError(rollout with { Spec = rollout.Spec with { IsResolved = true } });

        Assert.Equal("spec.template.spec.containers[0].image", error?.Path);
    }

    [Fact]
    public void Selector_OfAResolvedWorkloadThatHasNone_IsRequired_VAL2()
    {
        var rollout = Read($"\"workloadRef\":{{\"kind\":\"PodTemplate\",\"name\":\"web\"}},{Template},{Strategy}");

        Assert.Equal("spec.selector", RolloutValidation.FirstError(rollout with { Spec = rollout.Spec with { IsResolved = true } })?.Path);
    }

    [Theory]
    [InlineData("minReadySeconds")]
    [InlineData("revisionHistoryLimit")]
    [InlineData("progressDeadlineSeconds")]
    public void Number_Negative_IsInvalid_VAL5(string field) =>
        Assert.Equal($"spec.{field}: Invalid value: -1: must be greater than or equal to 0", FirstError($"\"{field}\":-1,{Selector},{Template},{Strategy}"));

    [Theory]
    [InlineData("\"progressDeadlineSeconds\":30,\"minReadySeconds\":30", "spec.progressDeadlineSeconds: Invalid value: 30: must be greater than minReadySeconds, which is 30")]
    [InlineData("\"minReadySeconds\":600", "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds, which is 600")]
    [InlineData("\"progressDeadlineSeconds\":0", "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds, which is 0")]
    [InlineData("\"progressDeadlineSeconds\":31,\"minReadySeconds\":30", "no error")]
    public void ProgressDeadline_MustExceedMinReadySeconds_VAL6(string fields, string error) => Assert.Equal(error, FirstError($"{fields},{Selector},{Template},{Strategy}"));

    [Theory]
    [InlineData("{}", "spec.strategy.strategy: Required value: either canary or blueGreen must be set")]
    [InlineData("""{"canary":5}""", "spec.strategy.strategy: Required value: either canary or blueGreen must be set")]
    [InlineData("""{"canary":{},"blueGreen":{"activeService":"a"}}""", "spec.strategy.strategy: Invalid value: \"blueGreen: true canary: true\": ")]
    [InlineData("""{"canary":{}}""", "no error")]
    [InlineData("""{"blueGreen":{"activeService":"a"}}""", "no error")]
    public void Strategy_MustBeExactlyOne_VAL7_SPEC12(string strategy, string error) => Assert.StartsWith(error, OfStrategy(strategy), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"blueGreen":{"activeService":"a","previewService":"a"}}""", "spec.strategy.activeService: Invalid value: \"a\": ")]
    [InlineData("""{"blueGreen":{}}""", "spec.strategy.activeService: Invalid value: \"\": ")]
    [InlineData("""{"blueGreen":{"previewService":"p"}}""", "spec.strategy.activeService: Required value: ")]
    [InlineData("""{"blueGreen":{"activeService":"a","previewService":"p"}}""", "no error")]
    public void ActiveService_MustBeSetAndDiffer_VAL10(string strategy, string error) => Assert.StartsWith(error, OfStrategy(strategy), StringComparison.Ordinal);

    [Theory]
    [InlineData(10, "no error")]
    [InlineData(11, "spec.strategy.scaleDownDelayRevisionLimit: Invalid value: 11: must not be greater than revisionHistoryLimit, which is 10")]
    public void ScaleDownDelayRevisionLimit_AboveTheHistory_IsInvalid_VAL11(int limit, string error) =>
        Assert.Equal(error, OfStrategy($"{{\"blueGreen\":{{\"activeService\":\"a\",\"scaleDownDelayRevisionLimit\":{limit}}}}}"));

    [Theory]
    [InlineData("""{}""", "spec.strategy.antiAffinity: Invalid value: \"none\": ")]
    [InlineData("""{"requiredDuringSchedulingIgnoredDuringExecution":{},"preferredDuringSchedulingIgnoredDuringExecution":{"weight":1}}""", "spec.strategy.antiAffinity: Invalid value: \"both\": ")]
    [InlineData("""{"preferredDuringSchedulingIgnoredDuringExecution":{}}""", "spec.strategy.antiAffinity.weight: Invalid value: 0: must be between 1 and 100")]
    [InlineData("""{"preferredDuringSchedulingIgnoredDuringExecution":{"weight":101}}""", "spec.strategy.antiAffinity.weight: Invalid value: 101: must be between 1 and 100")]
    [InlineData("""{"preferredDuringSchedulingIgnoredDuringExecution":{"weight":100}}""", "no error")]
    [InlineData("""{"requiredDuringSchedulingIgnoredDuringExecution":{}}""", "no error")]
    public void AntiAffinity_OfEitherStrategy_IsOneOfTwo_VAL12(string antiAffinity, string error)
    {
        Assert.StartsWith(error, OfStrategy($"{{\"blueGreen\":{{\"activeService\":\"a\",\"antiAffinity\":{antiAffinity}}}}}"), StringComparison.Ordinal);
        Assert.StartsWith(error, OfCanary($"\"antiAffinity\":{antiAffinity}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pre", """{"blueGreen":{"activeService":"a","prePromotionAnalysis":{"templates":5}}}""", "spec.strategy.prePromotionAnalysis")]
    [InlineData("post", """{"blueGreen":{"activeService":"a","postPromotionAnalysis":{"args":[{"name":5}]}}}""", "spec.strategy.postPromotionAnalysis")]
    [InlineData("background", """{"canary":{"analysis":{"startingStep":"two"}}}""", "spec.strategy.analysis")]
    [InlineData("step", """{"canary":{"steps":[{"analysis":{"templates":"rate"}}]}}""", "spec.strategy.steps[0].analysis")]
    [InlineData("experiment", """{"canary":{"steps":[{"experiment":{"templates":[{"name":"a","replicas":"two"}]}}]}}""", "spec.strategy.steps[0].experiment")]
    public void Analysis_OfTheWrongType_SaysWhatWasFoundAndExpected(string place, string strategy, string path)
    {
        var error = OfStrategy(strategy);

        Assert.True(error.StartsWith($"{path}: Invalid value: ", StringComparison.Ordinal), $"{place}: {error}");
        Assert.Contains(", expected ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"minReadySeconds\":-1,\"replicas\":-1", "spec.replicas")]
    [InlineData("\"minReadySeconds\":-1,\"strategy\":{}", "spec.minReadySeconds")]
    public void Errors_Several_TheFirstIsReported(string fields, string path) => Assert.Equal(path, RolloutValidation.FirstError(Read($"{Selector},{Template},{fields}"))?.Path);

    [Theory]
    [InlineData("negative delays", """{"blueGreen":{"activeService":"a","scaleDownDelaySeconds":-5,"abortScaleDownDelaySeconds":-5,"autoPromotionSeconds":-1}}""")]
    [InlineData("a preview larger than the whole", """{"blueGreen":{"activeService":"a","previewReplicaCount":500}}""")]
    [InlineData("a threshold out of range", """{"canary":{"replicaProgressThreshold":{"type":"Percent","value":400}}}""")]
    [InlineData("a start beyond the last step", """{"canary":{"analysis":{"startingStep":9,"templates":[]},"steps":[{"setWeight":5}]}}""")]
    [InlineData("a scale out of range", """{"canary":{"trafficRouting":{"plugins":{"x":{}}},"steps":[{"setCanaryScale":{"weight":-7,"replicas":-3}}]}}""")]
    [InlineData("a route managed twice", """{"canary":{"trafficRouting":{"plugins":{"x":{}},"managedRoutes":[{"name":"r"},{"name":"r"}]}}}""")]
    [InlineData("a dry-run pattern that is none", """{"canary":{"analysis":{"templates":[],"dryRun":[{"metricName":"("}]}}}""")]
    [InlineData("a background argument out of unknown metadata", """{"canary":{"analysis":{"templates":[],"args":[{"name":"a","valueFrom":{"fieldRef":{"fieldPath":"metadata.x"}}}]}}}""")]
    [InlineData("a pre-promotion argument out of unknown metadata", """{"blueGreen":{"activeService":"a","prePromotionAnalysis":{"args":[{"name":"a","valueFrom":{"fieldRef":{"fieldPath":"metadata.x"}}}]}}}""")]
    public void Rollout_WithWhatIsNotChecked_IsAccepted_VAL62(string what, string strategy) => Assert.True(OfStrategy(strategy) == "no error", $"{what}: {OfStrategy(strategy)}");
}
