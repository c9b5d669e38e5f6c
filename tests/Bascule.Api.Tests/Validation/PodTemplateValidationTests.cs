using static Bascule.Api.Tests.Validation.TestSpecs;

namespace Bascule.Api.Tests.Validation;

public sealed class PodTemplateValidationTests
{
    private const string At = "spec.template.spec";

    [Theory]
    [InlineData("""{"labels":{"app":"api"}}""", "spec.template.metadata.labels: Invalid value: \"app=api\": the selector app=web does not match the labels of the template")]
    [InlineData("{}", "spec.template.metadata.labels: Invalid value: \"\": ")]
    [InlineData("""{"labels":{"app":"web","b c":"d"}}""", "spec.template.labels: Invalid value: \"b c\": ")]
    [InlineData("""{"labels":{"app":"web","b":"-"}}""", "spec.template.labels: Invalid value: \"-\": ")]
    [InlineData("""{"labels":{"app":"web"},"annotations":{"b c":"d"}}""", "spec.template.annotations: Invalid value: \"b c\": ")]
    [InlineData("""{"labels":{"app":"web","x/y":""},"annotations":{"Upper.Case/Note":"a b"}}""", "no error")]
    public void Metadata_Wrong_IsNamed_VAL4(string metadata, string error) =>
        Assert.StartsWith(error, FirstError($"{Selector},\"template\":{{\"metadata\":{metadata},\"spec\":{{\"containers\":[{{\"name\":\"web\",\"image\":\"v1\"}}]}}}},{Strategy}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"containers\":[]", ".containers: Required value: ")]
    [InlineData("\"containers\":{}", ".containers: Required value: ")]
    [InlineData("\"containers\":[{\"image\":\"a\"}]", ".containers[0].name: Required value: ")]
    [InlineData("\"containers\":[{\"name\":\"A_b\",\"image\":\"a\"}]", ".containers[0].name: Invalid value: \"A_b\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\"}]", ".containers[0].image: Required value: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"},{\"name\":\"a\",\"image\":\"b\"}]", ".containers[1].name: Duplicate value: \"a\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"initContainers\":[{\"name\":\"a\",\"image\":\"b\"}]", ".initContainers[0].name: Duplicate value: \"a\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"initContainers\":[{\"name\":\"b\",\"image\":\"b\",\"livenessProbe\":{\"exec\":{\"command\":[\"x\"]}}}]", ".initContainers[0].livenessProbe: Forbidden: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"initContainers\":[{\"name\":\"b\",\"image\":\"b\",\"restartPolicy\":\"Always\",\"livenessProbe\":{\"exec\":{\"command\":[\"x\"]}}}]", "")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"ephemeralContainers\":[{\"name\":\"b\",\"image\":\"b\"}]", ".ephemeralContainers: Forbidden: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"restartPolicy\":\"Never\"", ".restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"restartPolicy\":\"Always\"", "")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"activeDeadlineSeconds\":5", ".activeDeadlineSeconds: Forbidden: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"dnsPolicy\":\"Mine\"", ".dnsPolicy: Unsupported value: \"Mine\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"dnsPolicy\":\"None\"", ".dnsConfig.nameservers: Required value: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"hostAliases\":[{\"ip\":\"here\"}]", ".hostAliases[0].ip: Invalid value: \"here\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"nodeSelector\":{\"a b\":\"c\"}", ".nodeSelector: Invalid value: \"a b\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"hostPID\":true,\"shareProcessNamespace\":true", ".shareProcessNamespace: Invalid value: true: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"securityContext\":{\"runAsUser\":-1}", ".securityContext.runAsUser: Invalid value: -1: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"imagePullSecrets\":[{}]", ".imagePullSecrets[0].name: Required value: ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"serviceAccountName\":\"A\"", ".serviceAccountName: Invalid value: \"A\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"hostname\":\"a.b\"", ".hostname: Invalid value: \"a.b\": ")]
    [InlineData("\"containers\":[{\"name\":\"a\",\"image\":\"a\"}],\"priorityClassName\":\"system-node-critical\"", "")]
    public void Pod_Wrong_IsNamed_VAL4(string spec, string error) => Expect(error, spec);

    [Theory]
    [InlineData("\"terminationMessagePolicy\":\"Loud\"", ".terminationMessagePolicy: Unsupported value: \"Loud\": ")]
    [InlineData("\"imagePullPolicy\":\"Sometimes\"", ".imagePullPolicy: Unsupported value: \"Sometimes\": ")]
    [InlineData("\"securityContext\":{\"runAsUser\":-1}", ".securityContext.runAsUser: Invalid value: -1: ")]
    [InlineData("\"securityContext\":{\"privileged\":true,\"allowPrivilegeEscalation\":false}", "")]
    [InlineData("\"ports\":[{}]", ".ports[0].containerPort: Required value: ")]
    [InlineData("\"ports\":[{\"containerPort\":70000}]", ".ports[0].containerPort: Invalid value: 70000: ")]
    [InlineData("\"ports\":[{\"containerPort\":80,\"hostPort\":-1}]", ".ports[0].hostPort: Invalid value: -1: ")]
    [InlineData("\"ports\":[{\"containerPort\":80,\"protocol\":\"HTTP\"}]", ".ports[0].protocol: Unsupported value: \"HTTP\": ")]
    [InlineData("\"ports\":[{\"name\":\"a-name-that-is-too-long\",\"containerPort\":80}]", ".ports[0].name: Invalid value: ")]
    [InlineData("\"ports\":[{\"name\":\"a\",\"containerPort\":80},{\"name\":\"a\",\"containerPort\":81}]", ".ports[1].name: Duplicate value: \"a\": ")]
    [InlineData("\"ports\":[{\"containerPort\":80},{\"containerPort\":80}]", "")] // Kubernetes lets two entries name one port.
    [InlineData("\"env\":[{\"value\":\"a\"}]", ".env[0].name: Required value: ")]
    [InlineData("\"env\":[{\"name\":\"A=B\"}]", ".env[0].name: Invalid value: \"A=B\": ")]
    [InlineData("\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]", "")] // The last one counts.
    [InlineData("\"env\":[{\"name\":\"A\",\"valueFrom\":{}}]", ".env[0].valueFrom: Invalid value: \"\": ")]
    [InlineData("\"env\":[{\"name\":\"A\",\"value\":\"b\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]", ".env[0].valueFrom: Invalid value: \"\": may not")]
    [InlineData("\"env\":[{\"name\":\"A\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"s\"}}}]", ".env[0].valueFrom.secretKeyRef.key: Required value: ")]
    [InlineData("\"env\":[{\"name\":\"A\",\"valueFrom\":{\"fieldRef\":{}}}]", ".env[0].valueFrom.fieldRef.fieldPath: Required value: ")]
    [InlineData("\"env\":[{\"name\":\"A\",\"valueFrom\":{\"resourceFieldRef\":{}}}]", ".env[0].valueFrom.resourceFieldRef.resource: Required value: ")]
    [InlineData("\"envFrom\":[{}]", ".envFrom[0]: Invalid value: \"\": ")]
    [InlineData("\"envFrom\":[{\"secretRef\":{}}]", ".envFrom[0].secretRef.name: Required value: ")]
    public void Container_Wrong_IsNamed_VAL4(string field, string error) => ExpectInContainer(error, field);

    [Theory]
    [InlineData("\"livenessProbe\":{\"periodSeconds\":1}", ".livenessProbe: Required value: ")]
    [InlineData("\"readinessProbe\":{\"exec\":{\"command\":[\"a\"]},\"httpGet\":{\"port\":80}}", ".readinessProbe.httpGet: Forbidden: ")]
    [InlineData("\"readinessProbe\":{\"exec\":{}}", ".readinessProbe.exec.command: Required value: ")]
    [InlineData("\"startupProbe\":{\"httpGet\":{}}", ".startupProbe.httpGet.port: Invalid value: 0: ")]
    [InlineData("\"startupProbe\":{\"httpGet\":{\"port\":\"a_b\"}}", ".startupProbe.httpGet.port: Invalid value: \"a_b\": ")]
    [InlineData("\"startupProbe\":{\"httpGet\":{\"port\":80,\"scheme\":\"FTP\"}}", ".startupProbe.httpGet.scheme: Unsupported value: \"FTP\": ")]
    [InlineData("\"startupProbe\":{\"tcpSocket\":{\"port\":99999}}", ".startupProbe.tcpSocket.port: Invalid value: 99999: ")]
    [InlineData("\"startupProbe\":{\"grpc\":{}}", ".startupProbe.grpc.port: Invalid value: 0: ")]
    [InlineData("\"livenessProbe\":{\"tcpSocket\":{\"port\":\"http\"},\"successThreshold\":2}", ".livenessProbe.successThreshold: Invalid value: 2: ")]
    [InlineData("\"livenessProbe\":{\"tcpSocket\":{\"port\":80},\"timeoutSeconds\":-1}", ".livenessProbe.timeoutSeconds: Invalid value: -1: ")]
    [InlineData("\"livenessProbe\":{\"tcpSocket\":{\"port\":80},\"terminationGracePeriodSeconds\":0}", ".livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: ")]
    [InlineData("\"readinessProbe\":{\"tcpSocket\":{\"port\":80},\"terminationGracePeriodSeconds\":5}", ".readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: ")]
    [InlineData("\"readinessProbe\":{\"httpGet\":{\"port\":\"http\"},\"successThreshold\":2}", "")]
    [InlineData("\"lifecycle\":{\"preStop\":{}}", ".lifecycle.preStop: Required value: ")]
    [InlineData("\"lifecycle\":{\"preStop\":{\"sleep\":{\"seconds\":5}}}", "")]
    public void Handler_Wrong_IsNamed_VAL4(string field, string error) => ExpectInContainer(error, field);

    [Theory]
    [InlineData("\"resources\":{\"limits\":{\"cpu\":\"lots\"}}", ".resources.limits[cpu]: Invalid value: \"lots\": ")]
    [InlineData("\"resources\":{\"requests\":{\"memory\":\"-1\"}}", ".resources.requests[memory]: Invalid value: \"-1\": ")]
    [InlineData("\"resources\":{\"requests\":{\"disk\":\"1\"}}", ".resources.requests[disk]: Invalid value: \"disk\": ")]
    [InlineData("\"resources\":{\"requests\":{\"cpu\":2},\"limits\":{\"cpu\":\"1500m\"}}", ".resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1500m")]
    [InlineData("\"resources\":{\"requests\":{\"cpu\":\"1500m\"},\"limits\":{\"cpu\":1.5}}", "")]
    [InlineData("\"resources\":{\"requests\":{\"memory\":\"1Gi\"},\"limits\":{\"cpu\":1}}", "")]
    [InlineData("\"resources\":{\"requests\":{\"example.com/gpu\":1}}", ".resources.limits: Required value: ")]
    [InlineData("\"resources\":{\"requests\":{\"example.com/gpu\":1},\"limits\":{\"example.com/gpu\":2}}", ".resources.requests: Invalid value: \"1\": must be equal to example.com/gpu limit of 2")]
    [InlineData("\"resources\":{\"limits\":{\"example.com/gpu\":\"500m\"}}", ".resources.limits[example.com/gpu]: Invalid value: \"500m\": ")]
    [InlineData("\"resources\":{\"limits\":{\"example.com/gpu\":1,\"hugepages-2Mi\":\"4Mi\"},\"requests\":{\"hugepages-2Mi\":\"4Mi\"}}", "")]
    public void Resources_Wrong_AreNamed_VAL4(string field, string error) => ExpectInContainer(error, field);

    [Theory]
    [InlineData("""[{"name":"w","mountPath":"/v"}]""", ".volumeMounts[0].name: Not found: \"w\": ")]
    [InlineData("""[{"mountPath":"/v"}]""", ".volumeMounts[0].name: Required value: ")]
    [InlineData("""[{"name":"v"}]""", ".volumeMounts[0].mountPath: Required value: ")]
    [InlineData("""[{"name":"v","mountPath":"/v"},{"name":"v","mountPath":"/v"}]""", ".volumeMounts[1].mountPath: Invalid value: \"/v\": ")]
    [InlineData("""[{"name":"v","mountPath":"/v","subPath":"/a"}]""", ".volumeMounts[0].subPath: Invalid value: \"/a\": ")]
    [InlineData("""[{"name":"v","mountPath":"/v","subPath":"a/../b"}]""", ".volumeMounts[0].subPath: Invalid value: \"a/../b\": ")]
    [InlineData("""[{"name":"v","mountPath":"/v","subPath":"a","subPathExpr":"b"}]""", ".volumeMounts[0].subPathExpr: Invalid value: \"b\": ")]
    [InlineData("""[{"name":"v","mountPath":"/v","subPath":"a..b"}]""", "")]
    public void Mount_Wrong_IsNamed_VAL4(string mounts, string error) =>
        Expect(error.Length == 0 ? "" : $".containers[0]{error}", $"\"volumes\":[{{\"name\":\"v\"}}],\"containers\":[{{\"name\":\"a\",\"image\":\"a\",\"volumeMounts\":{mounts}}}]");

    [Theory]
    [InlineData("""[{}]""", ".volumes[0].name: Required value: ")]
    [InlineData("""[{"name":"A"}]""", ".volumes[0].name: Invalid value: \"A\": ")]
    [InlineData("""[{"name":"v"},{"name":"v"}]""", ".volumes[1].name: Duplicate value: \"v\": ")]
    [InlineData("""[{"name":"v","emptyDir":{},"secret":{"secretName":"s"}}]""", ".volumes[0].secret: Forbidden: ")]
    [InlineData("""[{"name":"v","secret":{}}]""", ".volumes[0].secret.secretName: Required value: ")]
    [InlineData("""[{"name":"v","configMap":{"name":"c","items":[{"key":"k"}]}}]""", ".volumes[0].configMap.items[0].path: Required value: ")]
    [InlineData("""[{"name":"v","persistentVolumeClaim":{}}]""", ".volumes[0].persistentVolumeClaim.claimName: Required value: ")]
    [InlineData("""[{"name":"v","image":{}},{"name":"w","someday":{}},{"name":"x","projected":{"sources":[]}}]""", "")]
    public void Volume_Wrong_IsNamed_VAL4(string volumes, string error) => Expect(error, $"\"volumes\":{volumes},\"containers\":[{{\"name\":\"a\",\"image\":\"a\"}}]");

    [Theory]
    [InlineData("\"tolerations\":[{\"key\":\"a b\",\"operator\":\"Exists\"}]", ".tolerations[0].key: Invalid value: \"a b\": ")]
    [InlineData("\"tolerations\":[{\"operator\":\"Equal\"}]", ".tolerations[0].operator: Invalid value: \"Equal\": ")]
    [InlineData("\"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\",\"value\":\"b\"}]", ".tolerations[0].operator: Invalid value: \"b\": ")]
    [InlineData("\"tolerations\":[{\"key\":\"a\",\"value\":\"b c\"}]", ".tolerations[0].operator: Invalid value: \"b c\": ")]
    [InlineData("\"tolerations\":[{\"operator\":\"Exists\",\"tolerationSeconds\":5}]", ".tolerations[0].effect: Invalid value: \"\": ")]
    [InlineData("\"tolerations\":[{\"operator\":\"Exists\",\"effect\":\"Never\"}]", ".tolerations[0].effect: Unsupported value: \"Never\": ")]
    [InlineData("\"tolerations\":[{\"operator\":\"Exists\"},{\"key\":\"a\",\"operator\":\"Lt\",\"value\":\"5\"}]", "")]
    [InlineData("\"topologySpreadConstraints\":[{\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]", ".topologySpreadConstraints[0].maxSkew: Invalid value: 0: ")]
    [InlineData("\"topologySpreadConstraints\":[{\"maxSkew\":1,\"whenUnsatisfiable\":\"DoNotSchedule\"}]", ".topologySpreadConstraints[0].topologyKey: Required value: ")]
    [InlineData("\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"Cry\"}]", ".topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"Cry\": ")]
    [InlineData("\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"},{\"maxSkew\":2,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]", ".topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: Duplicate value: ")]
    [InlineData("\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{}]}}", ".affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: ")]
    [InlineData("\"affinity\":{\"podAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":0}]}}", ".affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: ")]
    [InlineData("\"affinity\":{\"podAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"zone\",\"labelSelector\":{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Is\"}]}}]}}", ".affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchExpressions[0].operator: Invalid value: \"Is\": ")]
    [InlineData("\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{}}}", ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: ")]
    [InlineData("\"affinity\":{\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":500}]}}", ".affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 500: ")]
    public void Scheduling_Wrong_IsNamed_VAL4(string field, string error) => Expect(error, $"{field},\"containers\":[{{\"name\":\"a\",\"image\":\"a\"}}]");

    [Theory]
    [InlineData("false", "\"hostPort\":80,", "\"hostPort\":80,", ".containers[1].ports[0].hostPort: Duplicate value: \"TCP//80\": ")]
    [InlineData("false", "\"hostPort\":80,", "\"hostPort\":80,\"protocol\":\"UDP\",", "")]
    [InlineData("false", "", "", "")]
    [InlineData("true", "", "", ".containers[1].ports[0].hostPort: Duplicate value: \"TCP//8080\": ")]
    [InlineData("true", "\"hostPort\":80,", "", ".containers[0].ports[0].containerPort: Invalid value: 8080: ")]
    public void PortsOfTheNode_ClaimedTwice_AreNamed_VAL4(string hostNetwork, string first, string second, string error) => Expect(
        error,
        $"\"hostNetwork\":{hostNetwork},\"containers\":[{{\"name\":\"a\",\"image\":\"a\",\"ports\":[{{{first}\"containerPort\":8080}}]}},{{\"name\":\"b\",\"image\":\"b\",\"ports\":[{{{second}\"containerPort\":8080}}]}}]");

    private static void ExpectInContainer(string error, string field) =>
        Expect(error.Length == 0 ? "" : $".containers[0]{error}", $"\"containers\":[{{\"name\":\"a\",\"image\":\"a\",{field}}}]");

    private static void Expect(string error, string spec) => Assert.StartsWith(
        error.Length == 0 ? "no error" : At + error,
        FirstError($"{Selector},\"template\":{{\"metadata\":{{\"labels\":{{\"app\":\"web\"}}}},\"spec\":{{{spec}}}}},{Strategy}"),
        StringComparison.Ordinal);
}
