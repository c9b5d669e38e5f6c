using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Patching;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Tests.Patching;

/// <summary>Each row is a rule of strategic merge patches, on a schema with one list of each kind.</summary>
public sealed class StrategicMergePatchTests
{
    private static readonly StructuralSchema s_schema = Object(
        ("merged", new StructuralSchema { Type = SchemaType.Array, PatchStrategies = ["merge"], PatchMergeKey = "name", Items = Object(("nested", new StructuralSchema { Type = SchemaType.Array, PatchStrategies = ["merge"], PatchMergeKey = "port" })) }),
        ("set", new StructuralSchema { Type = SchemaType.Array, PatchStrategies = ["merge"] }),
        ("atomic", new StructuralSchema { Type = SchemaType.Array }),
        ("strategy", Object() with { PatchStrategies = ["retainKeys"] }));

    [Theory]
    [InlineData("fields merge", """{"a":1,"b":{"c":1}}""", """{"b":{"d":2}}""", """{"a":1,"b":{"c":1,"d":2}}""")]
    [InlineData("null removes", """{"a":1,"b":2}""", """{"a":null}""", """{"b":2}""")]
    [InlineData("lists are replaced", """{"atomic":[1,2]}""", """{"atomic":[3]}""", """{"atomic":[3]}""")]
    [InlineData("lists with a key merge", """{"merged":[{"name":"a","v":1},{"name":"b","v":1}]}""", """{"merged":[{"name":"b","v":2}]}""", """{"merged":[{"name":"a","v":1},{"name":"b","v":2}]}""")]
    [InlineData("new items go last", """{"merged":[{"name":"a"}]}""", """{"merged":[{"name":"z"}]}""", """{"merged":[{"name":"a"},{"name":"z"}]}""")]
    [InlineData("nested lists merge too", """{"merged":[{"name":"a","nested":[{"port":1}]}]}""", """{"merged":[{"name":"a","nested":[{"port":2}]}]}""", """{"merged":[{"name":"a","nested":[{"port":1},{"port":2}]}]}""")]
    [InlineData("$patch delete drops an item", """{"merged":[{"name":"a"},{"name":"b"}]}""", """{"merged":[{"name":"a","$patch":"delete"}]}""", """{"merged":[{"name":"b"}]}""")]
    [InlineData("$patch replace drops the rest", """{"merged":[{"name":"a"},{"name":"b"}]}""", """{"merged":[{"$patch":"replace"},{"name":"c"}]}""", """{"merged":[{"name":"c"}]}""")]
    [InlineData("$patch replace of an object", """{"b":{"c":1}}""", """{"b":{"$patch":"replace","d":2}}""", """{"b":{"d":2}}""")]
    [InlineData("$patch delete of an object", """{"a":1,"b":{"c":1}}""", """{"b":{"$patch":"delete"}}""", """{"a":1}""")]
    [InlineData("primitive lists unite", """{"set":["a","b"]}""", """{"set":["b","c"]}""", """{"set":["a","b","c"]}""")]
    [InlineData("$deleteFromPrimitiveList", """{"set":["a","b"]}""", """{"$deleteFromPrimitiveList/set":["a"]}""", """{"set":["b"]}""")]
    [InlineData("$retainKeys", """{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}""", """{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}""", """{"strategy":{"type":"Recreate"}}""")]
    [InlineData("$setElementOrder", """{"merged":[{"name":"a"},{"name":"b"}]}""", """{"$setElementOrder/merged":[{"name":"c"},{"name":"b"},{"name":"a"}],"merged":[{"name":"c"}]}""", """{"merged":[{"name":"c"},{"name":"b"},{"name":"a"}]}""")]
    [InlineData("$setElementOrder keeps the server's items in place", """{"merged":[{"name":"server"},{"name":"a"},{"name":"b"}]}""", """{"$setElementOrder/merged":[{"name":"b"},{"name":"a"}]}""", """{"merged":[{"name":"server"},{"name":"b"},{"name":"a"}]}""")]
    [InlineData("nulls in new objects are not stored", """{}""", """{"b":{"c":null,"d":1}}""", """{"b":{"d":1}}""")]
    public void Apply_Directive_DoesWhatKubernetesDoes(string rule, string target, string patch, string expected)
    {
        var actual = (JsonObject)JsonNode.Parse(target)!;

        StrategicMergePatch.Apply(actual, (JsonObject)JsonNode.Parse(patch)!, s_schema);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{rule}: {actual.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"merged":[{"v":1}]}""", "does not contain declared merge key: name")]
    [InlineData("""{"$patch":"explode"}""", "unknown patch type: explode")]
    [InlineData("""{"strategy":{"$retainKeys":["type"],"other":1}}""", "$retainKeys does not name other")]
    public void Apply_PatchWithoutSense_SaysWhatWasExpected(string patch, string message)
    {
        var error = Assert.Throws<PatchFormatException>(() => StrategicMergePatch.Apply([], (JsonObject)JsonNode.Parse(patch)!, s_schema));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static StructuralSchema Object(params (string Name, StructuralSchema Schema)[] fields) => new()
    {
        Type = SchemaType.Object,
        Properties = fields.ToFrozenDictionary(f => f.Name, f => f.Schema),
    };
}
