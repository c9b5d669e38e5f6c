using static Bascule.Api.Tests.Validation.TestSpecs;

namespace Bascule.Api.Tests.Validation;

public sealed class StepValidationTests
{
    [Theory]
    [InlineData("""{"setWeight":5,"pause":{}}""", "spec.strategy.steps[1]: Invalid value: \"pause, setWeight\": ")]
    [InlineData("""{"experiment":{"templates":[]},"analysis":{}}""", "spec.strategy.steps[1]: Invalid value: \"experiment, analysis\": ")]
    [InlineData("{}", "spec.strategy.steps[1]: Invalid value: \"\": ")]
    [InlineData("""{"setWeight":null,"unknown":{}}""", "spec.strategy.steps[1]: Invalid value: \"\": ")]
    [InlineData("""{"setWeight":5,"plugin":{"name":"p"}}""", "no error")]
    public void Step_WithSeveralKindsOrNone_IsInvalid_VAL50_STEP10(string step, string error) => Assert.StartsWith(error, Of(step), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, "spec.strategy.steps[1].setWeight: Invalid value: -1: must be between 0 and 100")]
    [InlineData(101, "spec.strategy.steps[1].setWeight: Invalid value: 101: must be between 0 and 100")]
    [InlineData(0, "no error")]
    [InlineData(100, "no error")]
    public void SetWeight_OutOfRange_IsInvalid_VAL51(int weight, string error) => Assert.Equal(error, Of($"{{\"setWeight\":{weight}}}")); // TR-V-04

    [Theory]
    [InlineData(1000, "no error")]
    [InlineData(1001, "spec.strategy.steps[1].setWeight: Invalid value: 1001: must be between 0 and 1000")]
    public void SetWeight_WithAMaximum_IsMeasuredByIt_VAL51(int weight, string error) =>
        Assert.Equal(error, Of($"{{\"setWeight\":{weight}}}", "\"plugins\":{\"x\":{}},\"maxTrafficWeight\":1000"));

    [Theory]
    [InlineData("\"soon\"", false)]
    [InlineData("-1", false)]
    [InlineData("\"-1s\"", false)]
    [InlineData("99999999999", false)]
    [InlineData("\"99999999999\"", false)]
    [InlineData("[]", false)]
    [InlineData("0", true)]
    [InlineData("\"1h30m\"", true)]
    public void PauseDuration_ThatIsNone_IsInvalid_VAL52_STEP3(string duration, bool good) =>
        Assert.StartsWith(good ? "no error" : "spec.strategy.steps[1].pause.duration: Invalid value: -1: ", Of($"{{\"pause\":{{\"duration\":{duration}}}}}"), StringComparison.Ordinal);

    [Fact]
    public void SetCanaryScale_WithoutTrafficRouting_IsRefused_VAL53()
    {
        // TR-V-09
        Assert.StartsWith("spec.strategy.trafficRouting: Required value: ", Of("""{"setCanaryScale":{"weight":5}}"""), StringComparison.Ordinal);
        Assert.Equal("no error", Of("""{"setCanaryScale":{"weight":5}}""", ""));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"nginx\":{}", false)]
    [InlineData("\"plugins\":{}", false)]
    [InlineData("\"istio\":{}", true)]
    [InlineData("\"alb\":{}", true)]
    [InlineData("\"apisix\":{}", true)]
    [InlineData("\"plugins\":{\"x\":{}}", true)]
    public void SetHeaderRoute_WithARouterThatCannot_IsInvalid_VAL54(string? router, bool good) => // TR-V-05, TR-PLG-04
        Assert.StartsWith(good ? "no error" : "spec.strategy.steps[1].setHeaderRoute: Invalid value: \"r\": needs", Of("""{"setHeaderRoute":{"name":"r"}}""", Managed(router)), StringComparison.Ordinal);

    [Theory]
    [InlineData("istio", "{}", false)]
    [InlineData("istio", """{"headerValue":{}}""", false)]
    [InlineData("istio", """{"headerValue":{"exact":"a","regex":"b"}}""", false)]
    [InlineData("istio", """{"headerValue":{"prefix":"a"}}""", true)]
    [InlineData("istio", """{"headerValue":{"regex":"a"}}""", true)]
    [InlineData("alb", """{"headerValue":{"exact":"a"}}""", true)]
    [InlineData("alb", """{"headerValue":{"prefix":"a"}}""", false)]
    [InlineData("alb", """{"headerValue":{"exact":"a","prefix":"a"}}""", false)]
    [InlineData("alb", "{}", false)]
    public void HeaderMatch_NotExactlyOne_IsInvalid_VAL55(string router, string match, bool good)
    {
        // TR-V-05
        var error = Of($"{{\"setHeaderRoute\":{{\"name\":\"r\",\"match\":[{{\"headerValue\":{{\"exact\":\"a\"}}}},{match}]}}}}", Managed($"\"{router}\":{{}}"));

        Assert.StartsWith(good ? "no error" : "spec.strategy.steps[1].setHeaderRoute.match[1]: Invalid value: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"alb\":{}", false)]
    [InlineData("\"apisix\":{}", false)]
    [InlineData("\"istio\":{}", true)]
    [InlineData("\"plugins\":{\"x\":{}}", true)]
    public void SetMirrorRoute_WithARouterThatCannot_IsInvalid_VAL56_VER5(string? router, bool good) => // TR-PLG-04
        Assert.StartsWith(good ? "no error" : "spec.strategy.steps[1].setMirrorRoute: Invalid value: \"r\": needs", Of("""{"setMirrorRoute":{"name":"r"}}""", Managed(router)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"method":{}}""", false)]
    [InlineData("""{"path":{"exact":"a","prefix":"b"}}""", false)]
    [InlineData("""{"headers":{"h":{}}}""", false)] // Checked here, unlike in the reference.
    [InlineData("""{"method":{"exact":"GET"},"path":{"prefix":"/"},"headers":{"h":{"regex":"a"}}}""", true)]
    [InlineData("{}", true)]
    public void MirrorMatch_NotExactlyOne_IsInvalid_VAL57(string match, bool good) => Assert.StartsWith( // TR-V-06
        good ? "no error" : "spec.strategy.steps[1].setMirrorRoute.match[0]: Invalid value: ",
        Of($"{{\"setMirrorRoute\":{{\"name\":\"r\",\"match\":[{match}]}}}}", Managed("\"istio\":{}")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"setHeaderRoute":{"name":"r"}}""")]
    [InlineData("""{"setMirrorRoute":{"name":"r"}}""")]
    public void ManagedRoutes_ForARouteStep_AreRequired_VAL58(string step) => // TR-V-07
        Assert.StartsWith("spec.strategy.trafficRouting.managedRoutes: Required value: ", Of(step, "\"istio\":{}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("setHeaderRoute", "\"managedRoutes\":[{\"name\":\"r\"}]")]
    [InlineData("setMirrorRoute", "\"managedRoutes\":[]")]
    public void Route_NotManaged_IsInvalid_VAL59(string kind, string managed) => // TR-V-07
        Assert.StartsWith($"spec.strategy.steps[1].{kind}: Invalid value: \"other\": must be listed in ", Of($"{{\"{kind}\":{{\"name\":\"other\"}}}}", $"\"istio\":{{}},{managed}"), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"nginx\":{}", false)]
    [InlineData("\"alb\":{}", true)]
    [InlineData("\"smi\":{}", true)]
    [InlineData("\"istio\":{}", true)]
    [InlineData("\"plugins\":{\"x\":{}}", true)]
    public void ExperimentWeight_WithARouterThatCannot_IsInvalid_VAL60(string? router, bool good) => Assert.StartsWith( // TR-V-08, TR-PLG-04
        good ? "no error" : "spec.strategy.steps[1].experiment.templates[1].weight: Invalid value: 5: ",
        Of("""{"experiment":{"templates":[{"name":"a","specRef":"stable"},{"name":"b","specRef":"canary","weight":5}]}}""", router),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("metadata.name", true)]
    [InlineData("metadata.labels['app.kubernetes.io/name']", true)]
    [InlineData("metadata.annotations['Some/Note']", true)]
    [InlineData("metadata.annotations", true)]
    [InlineData("status.phase", true)]
    [InlineData("metadata.generation", false)]
    [InlineData("metadata.labels['a b']", false)]
    [InlineData("metadata.name['x']", false)]
    [InlineData("metadata", false)]
    public void Argument_OutOfUnknownMetadata_IsInvalid_VAL61(string field, bool good)
    {
        var args = $"\"args\":[{{\"name\":\"a\",\"valueFrom\":{{\"fieldRef\":{{\"fieldPath\":\"{field}\"}}}}}}]";
        var error = good ? "no error" : $"spec.strategy.steps[1].analyses: Invalid value: \"{field}\": argument 'a': ";

        Assert.StartsWith(error, Of($"{{\"analysis\":{{\"templates\":[],{args}}}}}"), StringComparison.Ordinal);
        Assert.StartsWith(error, Of($"{{\"experiment\":{{\"templates\":[],\"analyses\":[{{\"name\":\"x\",\"templateName\":\"t\",{args}}}]}}}}"), StringComparison.Ordinal);
    }

    private static string? Managed(string? router) => router is null ? null : $"{router},\"managedRoutes\":[{{\"name\":\"r\"}}]";

    private static string Of(string step, string? routing = null) => OfCanary(
        $"\"stableService\":\"s\",\"canaryService\":\"c\",{(routing is null ? "" : $"\"trafficRouting\":{{{routing}}},")}\"steps\":[{{\"setWeight\":5}},{step}]");
}
