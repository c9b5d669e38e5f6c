using System.Text.Json.Nodes;
using Bascule.Cli.Output;
using Bascule.Kube.Yaml;

namespace Bascule.Cli.Tests.Output;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"a":"plain","b":1,"c":true,"d":null,"e":1.5,"f":{},"g":[]}""")]
    [InlineData("""{"a":"true","b":"1","c":"null","d":"yes","e":"1e3","f":"0x1f","g":"~","h":"","i":"2026-01-02T03:04:05Z","j":"-","k":".5","l":"12:30:45","m":"+1"}""")]
    [InlineData("""{"a":"line\nline\n","b":"ends\n\n","c":"  indented\nnot","d":"tab\there","e":"colon: here","f":"# no comment","g":"'quoted'","h":"\"double\"","i":"trailing "}""")]
    [InlineData("""{"list":[1,"two",{"three":3,"more":[4,[5]]},[],{}],"nested":{"deep":{"deeper":"x"}}}""")]
    [InlineData("""{"a":"umlaut ä and ✔","b":"*star","c":"&amp","d":"!bang","e":"%pct","f":"@at","g":"[x]","h":"{y}","i":"a, b","j":"<","k":"=", "l":"null byte \u0001"}""")]
    public void Write_AnyJson_ReadsBackAsTheSame(string json)
    {
        var node = JsonNode.Parse(json)!;
        using var output = new StringWriter();

        YamlText.Write(node, output);

        var read = Assert.Single(YamlReader.ReadAll(output.ToString())).Root;
        Assert.True(JsonNode.DeepEquals(node, read), $"{output}\nread as {read.ToJsonString()}");
    }

    [Fact]
    public void Write_Nested_LooksAsKubectlPrintsIt()
    {
        using var output = new StringWriter();

        YamlText.Write(JsonNode.Parse("""{"name":"web","replicas":2,"tags":["stable","1"],"pods":[{"name":"p","ready":true}],"none":[]}""")!, output);

        Assert.Equal("name: web\nreplicas: 2\ntags:\n- stable\n- \"1\"\npods:\n- name: p\n  ready: true\nnone: []\n", output.ToString().ReplaceLineEndings("\n"));
    }
}
