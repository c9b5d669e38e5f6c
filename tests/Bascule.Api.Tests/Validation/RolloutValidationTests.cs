using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;

namespace Bascule.Api.Tests.Validation;

public sealed class RolloutValidationTests
{
    private const string Selector = "\"selector\":{\"matchLabels\":{\"app\":\"web\"}}";
    private const string Template = "\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"v1\"}]}}";
    private const string Strategy = "\"strategy\":{\"canary\":{}}";

    [Theory]
    [InlineData("VAL-1", "\"replicas\":-1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("VAL-5", "\"minReadySeconds\":-1", "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("VAL-5", "\"revisionHistoryLimit\":-2", "spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0")]
    [InlineData("VAL-6", "\"progressDeadlineSeconds\":30,\"minReadySeconds\":30", "spec.progressDeadlineSeconds: Invalid value: 30: must be greater than minReadySeconds, which is 30")]
    public void Spec_NumberOutOfRange_IsNamed(string row, string field, string error) => Expect(row, $"{field},{Selector},{Template},{Strategy}", error);

    [Theory]
    [InlineData("VAL-2", "\"x\":1", "spec.selector: Required value: ")]
    [InlineData("VAL-2", "\"selector\":{}", "spec.selector: Invalid value: \"\": empty selector is invalid for deployment")]
    [InlineData("VAL-2", "\"selector\":{\"matchLabels\":{\"a b\":\"c\"}}", "spec.selector.matchLabels: Invalid value: \"a b\": ")]
    [InlineData("VAL-2", "\"selector\":{\"matchLabels\":{\"app\":\"a b\"}}", "spec.selector.matchLabels: Invalid value: \"a b\": ")]
    [InlineData("VAL-2", "\"selector\":{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\"}]}", "spec.selector.matchExpressions[0].values: Required value: ")]
    [InlineData("VAL-2", "\"selector\":{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Is\"}]}", "spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": ")]
    [InlineData("VAL-4", "\"selector\":{\"matchLabels\":{\"app\":\"api\"}}", "spec.template.metadata.labels: Invalid value: \"app=web\": the selector app=api does not match")]
    public void Selector_Wrong_IsNamed(string row, string selector, string error) => Expect(row, $"{selector},{Template},{Strategy}", error);

    [Theory]
    [InlineData("{}", "spec.template.metadata.labels: Invalid value")]
    [InlineData("""{"containers":[]}""", "spec.template.spec.containers: Required value")]
    [InlineData("""{"containers":[{"image":"a"}]}""", "spec.template.spec.containers[0].name: Required value")]
    [InlineData("""{"containers":[{"name":"A_b","image":"a"}]}""", "spec.template.spec.containers[0].name: Invalid value: \"A_b\"")]
    [InlineData("""{"containers":[{"name":"a"}]}""", "spec.template.spec.containers[0].image: Required value")]
    [InlineData("""{"containers":[{"name":"a","image":"a"},{"name":"a","image":"b"}]}""", "spec.template.spec.containers[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"containers":[{"name":"a","image":"a","ports":[{"containerPort":70000}]}]}""", "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000")]
    [InlineData("""{"containers":[{"name":"a","image":"a","ports":[{"containerPort":80,"protocol":"HTTP"}]}]}""", "spec.template.spec.containers[0].ports[0].protocol: Unsupported value: \"HTTP\"")]
    [InlineData("""{"containers":[{"name":"a","image":"a","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}""", "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("""{"containers":[{"name":"a","image":"a","livenessProbe":{"periodSeconds":1}}]}""", "spec.template.spec.containers[0].livenessProbe: Required value")]
    [InlineData("""{"containers":[{"name":"a","image":"a"}],"restartPolicy":"Never"}""", "spec.template.spec.restartPolicy: Unsupported value: \"Never\"")]
    [InlineData("""{"containers":[{"name":"a","image":"a"}],"activeDeadlineSeconds":5}""", "spec.template.spec.activeDeadlineSeconds: Forbidden")]
    public void PodTemplate_Wrong_IsNamed(string podSpec, string error) // VAL-4
    {
        var labels = podSpec == "{}" ? "{}" : """{"labels":{"app":"web"}}""";
        Expect("VAL-4", $"{Selector},\"template\":{{\"metadata\":{labels},\"spec\":{podSpec}}},{Strategy}", error);
    }

    [Theory]
    [InlineData("VAL-7", "{}", "spec.strategy.strategy: Required value: either canary or blueGreen must be set")]
    [InlineData("VAL-7", """{"canary":{},"blueGreen":{"activeService":"a"}}""", "spec.strategy.strategy: Invalid value: \"blueGreen: true canary: true\"")]
    [InlineData("VAL-10", """{"blueGreen":{"activeService":"a","previewService":"a"}}""", "spec.strategy.activeService: Invalid value: \"a\"")]
    [InlineData("VAL-11", """{"blueGreen":{"activeService":"a","scaleDownDelayRevisionLimit":11}}""", "spec.strategy.scaleDownDelayRevisionLimit: Invalid value: 11")]
    [InlineData("VAL-12", """{"canary":{"antiAffinity":{}}}""", "spec.strategy.antiAffinity: Invalid value")]
    [InlineData("VAL-12", """{"canary":{"antiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":{"weight":101}}}}""", "spec.strategy.antiAffinity.weight: Invalid value: 101")]
    [InlineData("VAL-20", """{"canary":{"maxSurge":0,"maxUnavailable":"0%"}}""", "spec.strategy.maxSurge: Invalid value: \"0\"")]
    [InlineData("VAL-21", """{"canary":{"canaryService":"a","stableService":"a"}}""", "spec.strategy.stableService: Invalid value: \"a\"")]
    [InlineData("VAL-30", """{"canary":{"pingPong":{"pingService":"a","pongService":"b"},"trafficRouting":{"smi":{}}}}""", "spec.strategy.trafficRouting.alb: Invalid value")]
    [InlineData("VAL-31", """{"canary":{"pingPong":{"pongService":"b"}}}""", "spec.strategy.pingPong.pingService: Invalid value: \"\"")]
    [InlineData("VAL-32", """{"canary":{"pingPong":{"pingService":"a","pongService":"b"},"trafficRouting":{"alb":{"servicePort":80}}}}""", "spec.strategy.trafficRouting.alb.rootService: Invalid value: \"\"")]
    [InlineData("VAL-40", """{"canary":{"trafficRouting":{"nginx":{}}}}""", "spec.strategy.stableService: Invalid value: \"\"")]
    [InlineData("VAL-40", """{"canary":{"stableService":"s","trafficRouting":{"istio":{}}}}""", "spec.strategy.canaryService: Invalid value: \"\"")]
    [InlineData("VAL-41", """{"canary":{"scaleDownDelaySeconds":5}}""", "spec.strategy.scaleDownDelaySeconds: Invalid value: 5")]
    [InlineData("VAL-42", """{"canary":{"dynamicStableScale":true}}""", "spec.strategy.dynamicStableScale: Invalid value: \"true\"")]
    [InlineData("VAL-43", """{"canary":{"stableService":"s","canaryService":"c","trafficRouting":{"smi":{},"maxTrafficWeight":1000}}}""", "spec.strategy.trafficRouting.maxTrafficWeight: Invalid value: 1000")]
    public void Strategy_Wrong_IsNamed(string row, string strategy, string error) => Expect(row, $"{Selector},{Template},\"strategy\":{strategy}", error);

    [Theory]
    [InlineData("VAL-50", """{"setWeight":5,"pause":{}}""", "spec.strategy.steps[1]: Invalid value: \"pause, setWeight\"")]
    [InlineData("VAL-50", "{}", "spec.strategy.steps[1]: Invalid value: \"\"")]
    [InlineData("VAL-51", """{"setWeight":-1}""", "spec.strategy.steps[1].setWeight: Invalid value: -1: must be between 0 and 100")]
    [InlineData("VAL-51", """{"setWeight":101}""", "spec.strategy.steps[1].setWeight: Invalid value: 101: must be between 0 and 100")]
    [InlineData("VAL-52", """{"pause":{"duration":"soon"}}""", "spec.strategy.steps[1].pause.duration: Invalid value: -1")]
    [InlineData("VAL-52", """{"pause":{"duration":99999999999}}""", "spec.strategy.steps[1].pause.duration: Invalid value: -1")]
    [InlineData("VAL-53", """{"setCanaryScale":{"weight":5}}""", "spec.strategy.trafficRouting: Required value")]
    [InlineData("VAL-54", """{"setHeaderRoute":{"name":"a"}}""", "spec.strategy.steps[1].setHeaderRoute: Invalid value")]
    [InlineData("VAL-56", """{"setMirrorRoute":{"name":"a"}}""", "spec.strategy.steps[1].setMirrorRoute: Invalid value")]
    [InlineData("VAL-60", """{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":5}]}}""", "spec.strategy.steps[1].experiment.templates[0].weight: Invalid value: 5")]
    [InlineData("", """{"analysis":{"templates":"rate"}}""", "spec.strategy.steps[1].analysis: Invalid value: \"analysis\": spec.strategy.steps[1].analysis.templates: found the string \"rate\", expected a list")]
    public void Step_Wrong_IsNamed(string row, string step, string error) =>
        Expect(row, $"{Selector},{Template},\"strategy\":{{\"canary\":{{\"steps\":[{{\"setWeight\":5}},{step}]}}}}", error);

    [Theory]
    [InlineData("VAL-55", """{"setHeaderRoute":{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"a","regex":"b"}}]}}""", "spec.strategy.steps[0].setHeaderRoute.match[0]: Invalid value: \"exact, regex\"")]
    [InlineData("VAL-57", """{"setMirrorRoute":{"name":"r","match":[{"method":{}}]}}""", "spec.strategy.steps[0].setMirrorRoute.match[0]: Invalid value: \"\"")]
    [InlineData("VAL-59", """{"setHeaderRoute":{"name":"other"}}""", "spec.strategy.steps[0].setHeaderRoute: Invalid value: \"other\"")]
    public void RouteStep_Wrong_IsNamed(string row, string step, string error) => Expect(
        row,
        $"{Selector},{Template},\"strategy\":{{\"canary\":{{\"stableService\":\"s\",\"canaryService\":\"c\",\"trafficRouting\":{{\"istio\":{{}},\"managedRoutes\":[{{\"name\":\"r\"}}]}},\"steps\":[{step}]}}}}",
        error);

    [Theory]
    [InlineData("\"strategy\":{\"canary\":{}}")]
    [InlineData("\"strategy\":{\"canary\":{\"steps\":[{\"setWeight\":0},{\"pause\":{}},{\"pause\":{\"duration\":\"1h30m\"}},{\"setWeight\":100}]}}")]
    [InlineData("\"strategy\":{\"blueGreen\":{\"activeService\":\"a\"}}")]
    public void Rollout_Good_HasNoError(string strategy) => Assert.Null(RolloutValidation.FirstError(Read($"{Selector},{Template},{strategy}")));

    private static void Expect(string row, string spec, string error)
    {
        var found = RolloutValidation.FirstError(Read(spec))?.ToString() ?? "no error";
        Assert.True(found.StartsWith(error, StringComparison.Ordinal), $"{row}: expected {error}, found {found}");
    }

    private static Rollout Read(string spec) => Rollout.Read(JsonElement.Parse($"{{\"metadata\":{{\"name\":\"web\"}},\"spec\":{{{spec}}}}}"));
}
