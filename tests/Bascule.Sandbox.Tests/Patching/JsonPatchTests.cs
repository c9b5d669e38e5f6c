using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Patching;

namespace Bascule.Sandbox.Tests.Patching;

public sealed class JsonPatchTests
{
    private const string Document = """{"a":{"b":1},"list":[1,2,3],"x/y":"z","n":null}""";

    [Theory]
    [InlineData("""[{"op":"add","path":"/c","value":2}]""", """{"a":{"b":1},"list":[1,2,3],"x/y":"z","n":null,"c":2}""")]
    [InlineData("""[{"op":"add","path":"/list/1","value":9}]""", """{"a":{"b":1},"list":[1,9,2,3],"x/y":"z","n":null}""")]
    [InlineData("""[{"op":"add","path":"/list/-","value":9}]""", """{"a":{"b":1},"list":[1,2,3,9],"x/y":"z","n":null}""")]
    [InlineData("""[{"op":"remove","path":"/x~1y"}]""", """{"a":{"b":1},"list":[1,2,3],"n":null}""")]
    [InlineData("""[{"op":"replace","path":"/list/0","value":{"k":1}}]""", """{"a":{"b":1},"list":[{"k":1},2,3],"x/y":"z","n":null}""")]
    [InlineData("""[{"op":"move","from":"/a/b","path":"/b"}]""", """{"a":{},"list":[1,2,3],"x/y":"z","n":null,"b":1}""")]
    [InlineData("""[{"op":"copy","from":"/a","path":"/list/0"}]""", """{"a":{"b":1},"list":[{"b":1},1,2,3],"x/y":"z","n":null}""")]
    [InlineData("""[{"op":"test","path":"/a/b","value":1.0},{"op":"test","path":"/n","value":null}]""", Document)]
    public void Operation_ThatFits_ChangesTheDocument(string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Apply(patch)), Apply(patch).ToJsonString());

    [Theory]
    [InlineData("""[{"op":"remove","path":"/absent"}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"replace","path":"/absent","value":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"add","path":"/absent/deep","value":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"add","path":"/list/4","value":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"remove","path":"/list/3"}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"move","from":"/absent","path":"/b"}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"test","path":"/a/b","value":2}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"op":"add","path":"/a"}]""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"op":"grow","path":"/a"}]""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"op":"add","path":"a","value":1}]""", HttpStatusCode.BadRequest)]
    [InlineData("""["add"]""", HttpStatusCode.BadRequest)]
    public void Operation_ThatDoesNotFit_IsRefused(string patch, HttpStatusCode code) =>
        Assert.Equal(code, Assert.Throws<KubeException>(() => Apply(patch)).Code);

    private static JsonObject Apply(string patch) => JsonPatch.Apply((JsonObject)JsonNode.Parse(Document)!, (JsonArray)JsonNode.Parse(patch)!);
}
