using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class TemplateIdentityTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"a":1,"b":null}""", """{"a":1}""", true)]
    [InlineData("""{"a":[],"labels":{}}""", "{}", true)]
    [InlineData("""{"metadata":{"labels":{"x":"y","pod-template-hash":"abc"}}}""", """{"metadata":{"labels":{"x":"y"}}}""", true)]
    [InlineData("""{"metadata":{"labels":{"pod-template-hash":"abc"}}}""", """{"metadata":{}}""", true)]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{}}]}""", """{"volumes":[{"name":"v"}]}""", false)]
    [InlineData("""{"args":["a","b"]}""", """{"args":["b","a"]}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    public void Same_WaysOfWriting_CountByMeaning(string template, string other, bool same)
    {
        var (x, y) = (TestObjects.Json(template), TestObjects.Json(other));

        Assert.Equal(same, TemplateIdentity.Same(x, y));
        Assert.Equal(same, TemplateIdentity.Hash(x, 0) == TemplateIdentity.Hash(y, 0));
    }

    [Fact]
    public void Hash_Collided_IsAnother()
    {
        var template = TestObjects.Json("""{"a":1}""");

        Assert.NotEqual(TemplateIdentity.Hash(template, 0), TemplateIdentity.Hash(template, 1));
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]+$", TemplateIdentity.Hash(template, 0));
    }
}
