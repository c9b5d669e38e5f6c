using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Meta;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Tests.Templates;

public sealed class PodTemplatesTests
{
    private const string Defaults = "\"dnsPolicy\":\"ClusterFirst\",\"restartPolicy\":\"Always\",\"schedulerName\":\"default-scheduler\",\"terminationGracePeriodSeconds\":30,\"securityContext\":{}";
    private const string ContainerDefaults = "\"terminationMessagePath\":\"/dev/termination-log\",\"terminationMessagePolicy\":\"File\",\"imagePullPolicy\":\"IfNotPresent\"";

    [Theory] // NAME-6
    [InlineData("ports", "\"ports\":[{\"containerPort\":80}]", "\"ports\":[{\"containerPort\":80,\"protocol\":\"TCP\"}]")]
    [InlineData("probe", "\"readinessProbe\":{\"httpGet\":{\"port\":8080}}", "\"readinessProbe\":{\"httpGet\":{\"path\":\"/\",\"port\":8080,\"scheme\":\"HTTP\"},\"timeoutSeconds\":1,\"periodSeconds\":10,\"successThreshold\":1,\"failureThreshold\":3}")]
    [InlineData("field", "\"env\":[{\"name\":\"IP\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"status.podIP\"}}}]", "\"env\":[{\"name\":\"IP\",\"valueFrom\":{\"fieldRef\":{\"apiVersion\":\"v1\",\"fieldPath\":\"status.podIP\"}}}]")]
    [InlineData("quantity", "\"resources\":{\"limits\":{\"cpu\":1,\"memory\":\"1024Mi\"}}", "\"resources\":{\"limits\":{\"cpu\":\"1000m\",\"memory\":\"1Gi\"}}")]
    public void SameMeaning_DefaultsOfAContainer_DoNotCount(string what, string wanted, string live) => Assert.True(
        Same(Pod($"{{\"name\":\"web\",\"image\":\"web:1\",{wanted}}}", ""), Pod($"{{\"name\":\"web\",\"image\":\"web:1\",{ContainerDefaults},{live}}}", "," + Defaults)),
        what);

    [Theory]
    [InlineData(",\"volumes\":[{\"name\":\"c\",\"configMap\":{\"name\":\"c\"}}]", ",\"volumes\":[{\"name\":\"c\",\"configMap\":{\"name\":\"c\",\"defaultMode\":420}}]")]
    [InlineData(",\"volumes\":[{\"name\":\"t\"}]", ",\"volumes\":[{\"name\":\"t\",\"emptyDir\":{}}]")]
    [InlineData(",\"serviceAccountName\":\"sa\"", ",\"serviceAccountName\":\"sa\",\"serviceAccount\":\"sa\"")]
    [InlineData("", ",\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"kubernetes.io/hostname\",\"labelSelector\":{\"matchExpressions\":[{\"key\":\"rollouts-pod-template-hash\",\"operator\":\"In\",\"values\":[\"x\"]}]}}]}}")]
    public void SameMeaning_DefaultsOfAPod_DoNotCount(string wanted, string live)
    {
        const string Container = "{\"name\":\"web\",\"image\":\"web:1\"}";

        Assert.True(Same(Pod(Container, wanted), Pod(Container, live + "," + Defaults)));
    }

    [Theory]
    [InlineData("{\"name\":\"web\",\"image\":\"web:2\"}")]
    [InlineData("{\"name\":\"web\",\"image\":\"web:1\",\"env\":[{\"name\":\"A\",\"value\":\"b\"}]}")]
    [InlineData("{\"name\":\"web\",\"image\":\"web:1\",\"imagePullPolicy\":\"Always\"}")]
    public void SameMeaning_AnythingElse_Counts(string live) => Assert.False(Same(Pod("{\"name\":\"web\",\"image\":\"web:1\"}", ""), Pod(live, "")));

    [Fact]
    public void SameMeaning_InjectedMetadata_DoesNotCount() // EPH-5
    {
        var live = """{"metadata":{"labels":{"app":"web","role":"canary","rollouts-pod-template-hash":"h"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}""";

        Assert.True(Same(Pod("{\"name\":\"web\",\"image\":\"web:1\"}", ""), live, """{"labels":{"role":"canary"}}"""));
        Assert.False(Same(Pod("{\"name\":\"web\",\"image\":\"web:1\"}", ""), live, "damaged"));
    }

    private static string Pod(string container, string more) =>
        $"{{\"metadata\":{{\"labels\":{{\"app\":\"web\"}}}},\"spec\":{{\"containers\":[{container}]{more}}}}}";

    private static bool Same(string wanted, string live, string? injected = null)
    {
        var meta = new ObjectMeta();
        if (injected is not null)
            meta = meta with { Annotations = meta.Annotations.Add(Annotations.EphemeralMetadata, injected) };
        return PodTemplates.SameMeaning(JsonElement.Parse(wanted), new ReplicaSetView { Meta = meta, Template = JsonElement.Parse(live) });
    }
}
