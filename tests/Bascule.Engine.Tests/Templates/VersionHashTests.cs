using System.Text.Json;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Tests.Templates;

public sealed class VersionHashTests
{
    private const string Nginx = """{"labels":{"app":"NAME"}},"spec":{"containers":[{"name":"NAME","image":"nginx:1.19-alpine","ports":[{"name":"http","containerPort":80,"protocol":"TCP"}],"resources":{"requests":{"memory":"16Mi","cpu":"5m"}}}]""";

    [Theory]
    [InlineData("HASH-5", """{"metadata":{"labels":{"foo":"bar"}},"spec":{"containers":[{"name":"container-name","image":"foo/bar","resources":{"limits":{"cpu":"2000m","memory":"8192M"},"requests":{"cpu":"0.15","memory":"8192M"}}}]}}""", "6f496f9f78")]
    [InlineData("HASH-6", """{"metadata":""" + Nginx + "}}", "674d8cf959", "canary-scaledowndelay")]
    [InlineData("HASH-7", """{"metadata":""" + Nginx + ""","readinessGates":[{"conditionType":"argoproj.io/e2e-readiness"}]}}""", "6b56c8cdb4", "dynamic-stable-scale")]
    public void OfPodTemplate_PublishedVector_Agrees_HASH1_HASH3_HASH5to7(string row, string template, string expected, string name = "")
    {
        Assert.StartsWith("HASH-", row, StringComparison.Ordinal);
        Assert.Equal(expected, Hash(template.Replace("NAME", name, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}}""", """{"spec":{"containers":[{"resources":{"limits":{"cpu":1}},"name":"a"}]},"metadata":{"creationTimestamp":null}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"a","stdin":false,"env":[],"unknown":1}],"hostNetwork":false,"replicas":"x"}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","resources":{"limits":{"memory":"1Gi"}}}]}}""", """{"spec":{"containers":[{"name":"a","resources":{"limits":{"memory":"1024Mi"}}}]}}""")]
    public void OfPodTemplate_SameMeaning_SameHash_HASH1_HASH4_RT8(string one, string other) => Assert.Equal(Hash(one), Hash(other));

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"a"}],"automountServiceAccountToken":false}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"a":"2"}}}""")]
    public void OfPodTemplate_OtherMeaning_OtherHash(string one, string other) => Assert.NotEqual(Hash(one), Hash(other));

    [Fact]
    public void OfPodTemplate_Collision_OtherHash_HASH2()
    {
        var template = JsonElement.Parse("{}");
        string[] hashes = [VersionHash.OfPodTemplate(template, null), VersionHash.OfPodTemplate(template, 0), VersionHash.OfPodTemplate(template, 1)];

        Assert.Equal(3, hashes.Distinct().Count());
    }

    [Theory] // HASH-8
    [InlineData(null, "5ffbfbbd64")]
    [InlineData("[]", "5ffbfbbd64")]
    [InlineData("""[{"pause":{}}]""", "6b9b86fbd5")]
    [InlineData("""[{"pause":{}},{"pause":{}}]""", "79c9b9f6bf")]
    [InlineData("""[{"setWeight":50}]""", "854b84c96b")]
    [InlineData("""[{"setWeight":10},{"pause":{}}]""", "849b756fd4")]
    [InlineData("""[{"setWeight":10},{"pause":{"duration":"10s"}}]""", "7c69795dc6")]
    [InlineData("""[{"setWeight":10},{"pause":{"duration":10}}]""", "78f6ffd7ff")]
    public void OfSteps_PublishedVector_Agrees(string? steps, string expected) =>
        Assert.Equal(expected, VersionHash.OfSteps(steps is null ? null : JsonElement.Parse(steps)));

    private static string Hash(string template) => VersionHash.OfPodTemplate(JsonElement.Parse(template), null);
}
