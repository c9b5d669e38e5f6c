using System.Text.Json.Nodes;
using Bascule.Kube.Yaml;

namespace Bascule.Api.Tests.Crds;

public sealed class CustomResourceManifestsTests
{
    private static readonly Dictionary<string, JsonObject> Manifests = CustomResourceManifests.All()
        .SelectMany(YamlReader.ReadAll)
        .Select(d => (JsonObject)d.Root)
        .ToDictionary(d => d["metadata"]!["name"]!.GetValue<string>());

    public static TheoryData<string> Names => [.. Manifests.Keys];

    [Fact]
    public void Rollout_Names_AndSubresources_CRD1()
    {
        AssertNames("rollouts", "Rollout", "ro", "Namespaced");
        Assert.Equal(["scale", "status"], Version("rollouts")["subresources"]!.AsObject().Select(s => s.Key).Order());
        var scale = Version("rollouts")["subresources"]!["scale"]!;
        Assert.Equal((".spec.replicas", ".status.HPAReplicas", ".status.selector"), (Text(scale["specReplicasPath"]), Text(scale["statusReplicasPath"]), Text(scale["labelSelectorPath"])));
    }

    [Fact]
    public void Rollout_Columns_CRD2() => AssertColumns(
        "rollouts",
        "Desired .spec.replicas, Current .status.replicas, Up-to-date .status.updatedReplicas, Available .status.availableReplicas, Age .metadata.creationTimestamp");

    [Fact]
    public void AnalysisRun_NamesAndColumns_CRD3()
    {
        AssertNames("analysisruns", "AnalysisRun", "ar", "Namespaced");
        AssertColumns("analysisruns", "Status .status.phase, Age .metadata.creationTimestamp");
        Assert.Empty(Version("analysisruns")["subresources"]!.AsObject());
    }

    [Theory]
    [InlineData("analysistemplates", "AnalysisTemplate", "at", "Namespaced")]
    [InlineData("clusteranalysistemplates", "ClusterAnalysisTemplate", "cat", "Cluster")]
    public void AnalysisTemplate_NamesAndColumns_CRD4(string plural, string kind, string shortName, string scope)
    {
        AssertNames(plural, kind, shortName, scope);
        AssertColumns(plural, "Age .metadata.creationTimestamp");
        Assert.Empty(Version(plural)["subresources"]!.AsObject());
    }

    [Fact]
    public void Experiment_NamesAndColumns_CRD5()
    {
        AssertNames("experiments", "Experiment", "exp", "Namespaced");
        AssertColumns("experiments", "Status .status.phase, Age .metadata.creationTimestamp");
        Assert.Empty(Version("experiments")["subresources"]!.AsObject());
    }

    [Theory]
    [InlineData("", "spec")]
    [InlineData("spec.strategy.blueGreen", "activeService")]
    [InlineData("spec.strategy.blueGreen.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution", "weight")]
    [InlineData("spec.strategy.canary.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution", "weight")]
    [InlineData("spec.strategy.canary.pingPong", "pingService pongService")]
    [InlineData("spec.strategy.canary.replicaProgressThreshold", "type value")]
    [InlineData("spec.strategy.canary.steps.experiment", "templates")]
    [InlineData("spec.strategy.canary.steps.experiment.templates", "name specRef")]
    [InlineData("spec.strategy.canary.steps.experiment.analyses", "name templateName")]
    [InlineData("spec.strategy.canary.steps.plugin", "name")]
    [InlineData("spec.strategy.canary.steps.setMirrorRoute", "name")]
    [InlineData("spec.strategy.canary.steps.setHeaderRoute.match", "headerName headerValue")]
    [InlineData("spec.strategy.canary.trafficRouting.alb", "servicePort")]
    [InlineData("spec.strategy.canary.trafficRouting.alb.stickinessConfig", "durationSeconds enabled")]
    [InlineData("spec.strategy.canary.trafficRouting.ambassador", "mappings")]
    [InlineData("spec.strategy.canary.trafficRouting.apisix.route", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.appMesh.virtualService", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.appMesh.virtualNodeGroup.canaryVirtualNodeRef", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.appMesh.virtualNodeGroup.stableVirtualNodeRef", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.gatewayAPI", "")]
    [InlineData("spec.strategy.canary.trafficRouting.gatewayAPI.httpRoutes", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.istio.destinationRule", "canarySubsetName name stableSubsetName")]
    [InlineData("spec.strategy.canary.trafficRouting.istio.virtualService", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.istio.virtualServices", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.managedRoutes", "name")]
    [InlineData("spec.strategy.canary.trafficRouting.traefik", "weightedTraefikServiceName")]
    [InlineData("spec.strategy.canary", "")]
    [InlineData("spec.strategy.canary.trafficRouting", "")]
    public void Rollout_RequiredFields_CRD6(string path, string required) => AssertRequired("rollouts", path, required);

    [Theory]
    [InlineData("analysisruns", "spec", "metrics")]
    [InlineData("analysisruns", "spec.metrics", "name provider")]
    [InlineData("analysisruns", "spec.args", "name")]
    [InlineData("analysisruns", "spec.dryRun", "metricName")]
    [InlineData("analysisruns", "spec.measurementRetention", "limit metricName")]
    [InlineData("analysistemplates", "spec.metrics", "name provider")]
    [InlineData("clusteranalysistemplates", "spec.metrics", "name provider")]
    [InlineData("analysistemplates", "spec", "")]
    [InlineData("experiments", "spec", "templates")]
    [InlineData("experiments", "spec.templates", "name selector template")]
    [InlineData("experiments", "spec.dryRun", "metricName")]
    [InlineData("experiments", "spec.measurementRetention", "limit metricName")]
    public void OtherKinds_RequiredFields_CRD7(string plural, string path, string required) => AssertRequired(plural, path, required);

    [Theory]
    [InlineData("apiVersion", "v1")]
    [InlineData("interval", "5m")]
    [InlineData("requestTimeout", "10s")]
    public void Datadog_Defaults_CRD8(string field, string value)
    {
        foreach (var plural in (string[])["analysisruns", "analysistemplates", "clusteranalysistemplates"])
            Assert.Equal(value, Text(Schema(plural, $"spec.metrics.provider.datadog.{field}")["default"]));
    }

    [Theory]
    [InlineData("rollouts", "spec.strategy.canary.steps.plugin.config")]
    [InlineData("rollouts", "spec.strategy.canary.trafficRouting.plugins")]
    [InlineData("rollouts", "status.canary.stepPluginStatuses.status")]
    [InlineData("rollouts", "spec.template.spec")]
    [InlineData("analysisruns", "spec.metrics.provider.plugin")]
    [InlineData("analysistemplates", "spec.metrics.provider.plugin")]
    [InlineData("analysistemplates", "spec.metrics.provider.web.jsonBody")]
    [InlineData("experiments", "spec.templates.template.spec")]
    public void OpenContent_IsKept_CRD9(string plural, string path) => Assert.True(Schema(plural, path)["x-kubernetes-preserve-unknown-fields"]!.GetValue<bool>());

    [Fact]
    public void Rollout_Selector_IsImmutable_SPEC2()
    {
        var rule = Assert.Single(Schema("rollouts", "spec.selector")["x-kubernetes-validations"]!.AsArray());

        Assert.Equal(("self == oldSelf", ".spec.selector is immutable"), (Text(rule!["rule"]), Text(rule["message"])));
    }

    [Theory] // Applied as one by server-side apply, as a selector of Kubernetes' own kinds is.
    [InlineData("rollouts", "spec.selector")]
    [InlineData("rollouts", "spec.strategy.canary.steps.experiment.templates.selector")]
    [InlineData("rollouts", "spec.strategy.canary.trafficRouting.gatewayAPI.httpRouteSelector")]
    [InlineData("experiments", "spec.templates.selector")]
    public void Selector_IsAtomic(string plural, string path) => Assert.Equal("atomic", Text(Schema(plural, path)["x-kubernetes-map-type"]));

    [Theory]
    [InlineData("spec.strategy.canary.maxSurge")]
    [InlineData("spec.strategy.canary.maxUnavailable")]
    [InlineData("spec.strategy.blueGreen.maxUnavailable")]
    [InlineData("spec.strategy.canary.steps.pause.duration")]
    public void IntOrString_MayBeEither(string path) => Assert.True(Schema("rollouts", path)["x-kubernetes-int-or-string"]!.GetValue<bool>());

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_EveryField_IsStructuralAndExplained(string name)
    {
        var version = Manifests[name]["spec"]!["versions"]![0]!;
        foreach (var (path, schema) in Fields(version["schema"]!["openAPIV3Schema"]!.AsObject(), ""))
        {
            Assert.True(schema.ContainsKey("type") || schema.ContainsKey("x-kubernetes-int-or-string"), $"{path} has no type");
            Assert.True(path == ".metadata" || !string.IsNullOrEmpty(Text(schema["description"])), $"{path} has no description for kubectl explain");
        }
    }

    private static IEnumerable<(string Path, JsonObject Schema)> Fields(JsonObject schema, string path)
    {
        yield return (path, schema);
        var content = schema["items"] as JsonObject ?? schema["additionalProperties"] as JsonObject ?? schema;
        foreach (var (name, child) in content["properties"] as JsonObject ?? [])
        {
            foreach (var field in Fields(child!.AsObject(), $"{path}.{name}"))
                yield return field;
        }
    }

    private static void AssertNames(string plural, string kind, string shortName, string scope)
    {
        var spec = Manifests[$"{plural}.argoproj.io"]["spec"]!;

        Assert.Equal(("argoproj.io", "v1alpha1"), (Text(spec["group"]), Text(Version(plural)["name"])));
        Assert.Equal((kind, plural, shortName, scope), (Text(spec["names"]!["kind"]), Text(spec["names"]!["plural"]), Text(Assert.Single(spec["names"]!["shortNames"]!.AsArray())), Text(spec["scope"])));
    }

    private static void AssertColumns(string plural, string columns) =>
        Assert.Equal(columns, string.Join(", ", Version(plural)["additionalPrinterColumns"]!.AsArray().Select(c => $"{Text(c!["name"])} {Text(c["jsonPath"])}")));

    private static void AssertRequired(string plural, string path, string required) =>
        Assert.Equal(required, string.Join(' ', (Schema(plural, path)["required"] as JsonArray ?? []).Select(Text).Order(StringComparer.Ordinal)));

    private static JsonNode Schema(string plural, string path)
    {
        var schema = Version(plural)["schema"]!["openAPIV3Schema"]!;
        foreach (var field in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            schema = (schema["items"] ?? schema)["properties"]![field]!;
        return schema["items"] ?? schema;
    }

    private static JsonNode Version(string plural) => Manifests[$"{plural}.argoproj.io"]["spec"]!["versions"]![0]!;

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
