using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Tests.Schema;

public sealed class BuiltinRulesTests
{
    private static readonly ServedResource s_deployments = TestCatalog.Builtin("apps/v1", "Deployment");
    private static readonly ServedResource s_services = TestCatalog.Builtin("v1", "Service");

    [Fact]
    public void Deployment_WithTheLeast_GetsKubernetesDefaults()
    {
        var spec = (JsonObject)TestCatalog.Prepared(s_deployments, TestCatalog.Deployment())["spec"]!;

        Assert.Equal("1 10 600", $"{spec["replicas"]} {spec["revisionHistoryLimit"]} {spec["progressDeadlineSeconds"]}");
        Assert.Equal("""{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}""", spec["strategy"]!.ToJsonString());
        var pod = spec["template"]!["spec"]!;
        Assert.Equal("Always ClusterFirst 30 default-scheduler {}", $"{pod["restartPolicy"]} {pod["dnsPolicy"]} {pod["terminationGracePeriodSeconds"]} {pod["schedulerName"]} {pod["securityContext"]!.ToJsonString()}");
        Assert.Equal(
            """{"name":"c","image":"i:1","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}""",
            pod["containers"]![0]!.ToJsonString());
    }

    [Fact]
    public void Defaults_AppliedTwice_ChangeNothing()
    {
        var once = TestCatalog.Prepared(s_deployments, TestCatalog.Deployment());
        var twice = TestCatalog.Prepared(s_deployments, (JsonObject)once.DeepClone());

        Assert.Equal(once.ToJsonString(), twice.ToJsonString());
    }

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("registry:5000/nginx", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("nginx@sha256:0123", "IfNotPresent")]
    public void ImagePullPolicy_ByTag_FollowsKubernetes(string image, string expected)
    {
        var deployment = TestCatalog.Prepared(s_deployments, TestCatalog.Deployment(container: $"{{'name': 'c', 'image': '{image}'}}"));

        Assert.Equal(expected, (string?)deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["imagePullPolicy"]);
    }

    [Fact]
    public void Service_WithTheLeast_GetsKubernetesDefaults()
    {
        var service = TestCatalog.Object("{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'a'}, 'spec': {'ports': [{'port': 80}]}}");

        Assert.Equal(
            """{"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"None","type":"ClusterIP","internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"}""",
            TestCatalog.Prepared(s_services, service)["spec"]!.ToJsonString());
    }

    [Fact]
    public void UnknownFields_OfBuiltins_AreDroppedAndNamed()
    {
        var deployment = TestCatalog.Deployment(more: ", 'replica': 2", container: "{'name': 'c', 'image': 'i', 'imag': 'x'}");

        Assert.Equal(["spec.template.spec.containers[0].imag", "spec.replica"], ObjectRules.Prune(s_deployments, deployment));
        Assert.False(((JsonObject)deployment["spec"]!).ContainsKey("replica"));
    }

    [Theory]
    [InlineData(", 'replicas': 'many'", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData(", 'paused': 1", "json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool")]
    public void WrongTypes_OfBuiltins_CannotBeDecoded(string more, string expected) =>
        Assert.Equal($"Deployment in version \"v1\" cannot be handled as a Deployment: {expected}", ObjectRules.DecodeError(s_deployments, TestCatalog.Deployment(more)));

    public static TheoryData<string, string, string, string> BadDeployments => new()
    {
        { "", "{'app': 'b'}", "{'name': 'c', 'image': 'i'}", "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"b\"}: `selector` does not match template `labels`" },
        { ", 'replicas': -1", "{'app': 'a'}", "{'name': 'c', 'image': 'i'}", "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
        { "", "{'app': 'a'}", "{'image': 'i'}", "spec.template.spec.containers[0].name: Required value" },
        { "", "{'app': 'a'}", "{'name': 'c'}", "spec.template.spec.containers[0].image: Required value" },
        { "", "{'app': 'a'}", "{'name': 'c', 'image': 'i', 'ports': [{'containerPort': 70000}]}", "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive" },
        { "", "{'app': 'a'}", "{'name': 'c', 'image': 'i', 'imagePullPolicy': 'Some'}", "spec.template.spec.containers[0].imagePullPolicy: Unsupported value: \"Some\": supported values: \"Always\", \"IfNotPresent\", \"Never\"" },
        { "", "{'app': 'a'}", "{'name': 'c', 'image': 'i', 'livenessProbe': {}}", "spec.template.spec.containers[0].livenessProbe: Required value: must specify a handler type" },
        { "", "{'app': 'a'}", "{'name': 'c', 'image': 'i', 'volumeMounts': [{'name': 'v', 'mountPath': '/v'}]}", "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"v\"" },
        { ", 'strategy': {'type': 'Recreate', 'rollingUpdate': {}}", "{'app': 'a'}", "{'name': 'c', 'image': 'i'}", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'" },
        { ", 'strategy': {'rollingUpdate': {'maxSurge': 0, 'maxUnavailable': 0}}", "{'app': 'a'}", "{'name': 'c', 'image': 'i'}", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0" },
    };

    [Theory]
    [MemberData(nameof(BadDeployments))]
    public void Deployment_ThatBreaksARule_IsRefusedInKubernetesWords(string more, string labels, string container, string expected)
    {
        var deployment = TestCatalog.Prepared(s_deployments, TestCatalog.Deployment(more, labels, container));

        Assert.Equal([expected], ObjectRules.Validate(s_deployments, deployment, null).Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("{'ports': []}", "spec.ports: Required value")]
    [InlineData("{'ports': [{'port': 0, 'targetPort': 80}]}", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("{'ports': [{'port': 80, 'nodePort': 30080}]}", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("{'ports': [{'port': 80}], 'type': 'Magic'}", "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    public void Service_ThatBreaksARule_IsRefusedInKubernetesWords(string spec, string expected)
    {
        var service = TestCatalog.Prepared(s_services, TestCatalog.Object($"{{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {{'name': 'a'}}, 'spec': {spec}}}"));

        Assert.Equal([expected], ObjectRules.Validate(s_services, service, null).Select(e => e.ToString()));
    }

    [Fact]
    public void OldIngress_Stored_IsTheNewOneAndComesBackAsItWas()
    {
        var old = TestCatalog.Builtin("extensions/v1beta1", "Ingress");
        var ingress = TestCatalog.Object("""
            {'apiVersion': 'extensions/v1beta1', 'kind': 'Ingress', 'metadata': {'name': 'a'},
             'spec': {'rules': [{'host': 'h', 'http': {'paths': [{'path': '/', 'pathType': 'Prefix', 'backend': {'serviceName': 's', 'servicePort': 80}}]}}]}}
            """);

        var stored = ObjectRules.ToStorage(old, ingress);

        Assert.Equal("""{"service":{"name":"s","port":{"number":80}}}""", stored["spec"]!["rules"]![0]!["http"]!["paths"]![0]!["backend"]!.ToJsonString());
        Assert.Equal("networking.k8s.io/v1", (string?)stored["apiVersion"]);
        Assert.Equal(ingress.ToJsonString(), ObjectRules.FromStorage(old, stored).ToJsonString());
    }
}
