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

    [Theory] // CRD-1 to CRD-5
    [InlineData("rollouts", "Rollout", "ro", "Namespaced", "Desired Current Up-to-date Available Age")]
    [InlineData("analysisruns", "AnalysisRun", "ar", "Namespaced", "Status Age")]
    [InlineData("analysistemplates", "AnalysisTemplate", "at", "Namespaced", "Age")]
    [InlineData("clusteranalysistemplates", "ClusterAnalysisTemplate", "cat", "Cluster", "Age")]
    [InlineData("experiments", "Experiment", "exp", "Namespaced", "Status Age")]
    public void Manifest_OfEachKind_HasItsNamesAndColumns(string plural, string kind, string shortName, string scope, string columns)
    {
        var spec = Manifests[$"{plural}.argoproj.io"]["spec"]!;

        Assert.Equal((kind, plural, shortName, scope), (Text(spec["names"]!["kind"]), Text(spec["names"]!["plural"]), Text(spec["names"]!["shortNames"]![0]), Text(spec["scope"])));
        Assert.Equal(columns, string.Join(' ', Version(plural)["additionalPrinterColumns"]!.AsArray().Select(c => Text(c!["name"]))));
        Assert.Equal(plural == "rollouts" ? 2 : 0, Version(plural)["subresources"]!.AsObject().Count);
    }

    [Fact]
    public void Rollout_Subresources_AreStatusAndScale() // CRD-1
    {
        var scale = Version("rollouts")["subresources"]!["scale"]!;

        Assert.Equal((".spec.replicas", ".status.HPAReplicas", ".status.selector"), (Text(scale["specReplicasPath"]), Text(scale["statusReplicasPath"]), Text(scale["labelSelectorPath"])));
    }

    [Theory] // CRD-6, CRD-7, CRD-8, CRD-9, SPEC-2
    [InlineData("rollouts", "", """{"required":["spec"]}""")]
    [InlineData("rollouts", "spec.selector", """{"x-kubernetes-validations":[{"rule":"self == oldSelf","message":".spec.selector is immutable"}]}""")]
    [InlineData("rollouts", "spec.strategy.blueGreen", """{"required":["activeService"]}""")]
    [InlineData("rollouts", "spec.strategy.canary.pingPong", """{"required":["pingService","pongService"]}""")]
    [InlineData("rollouts", "spec.strategy.canary.steps.experiment", """{"required":["templates"]}""")]
    [InlineData("rollouts", "spec.strategy.canary.steps.plugin.config", """{"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("rollouts", "spec.strategy.canary.maxSurge", """{"x-kubernetes-int-or-string":true}""")]
    [InlineData("rollouts", "spec.template.spec", """{"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("analysisruns", "spec", """{"required":["metrics"]}""")]
    [InlineData("analysisruns", "spec.metrics", """{"required":["name","provider"]}""")]
    [InlineData("analysistemplates", "spec.metrics.provider.datadog.interval", """{"default":"5m"}""")]
    [InlineData("analysistemplates", "spec.metrics.provider.web.jsonBody", """{"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("experiments", "spec.templates", """{"required":["name","selector","template"]}""")]
    public void Schema_OfAField_IsAsTheReferences(string plural, string path, string expected)
    {
        var schema = Version(plural)["schema"]!["openAPIV3Schema"]!;
        foreach (var field in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            schema = (schema["items"] ?? schema)["properties"]![field]!;
        schema = schema["items"] ?? schema;
        foreach (var (key, value) in (JsonObject)JsonNode.Parse(expected)!)
            Assert.True(JsonNode.DeepEquals(value, schema[key]), $"{path}.{key}: expected {value?.ToJsonString()}, found {schema[key]?.ToJsonString()}");
    }

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

    private static JsonNode Version(string plural) => Manifests[$"{plural}.argoproj.io"]["spec"]!["versions"]![0]!;

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
