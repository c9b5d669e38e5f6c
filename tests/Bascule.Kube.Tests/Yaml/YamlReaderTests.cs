using Bascule.Kube.Yaml;

namespace Bascule.Kube.Tests.Yaml;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 089", """{"a":89}""")]
    [InlineData("a: -3", """{"a":-3}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: 18446744073709551615", """{"a":18446744073709551615}""")]
    [InlineData("a: 0.15", """{"a":0.15}""")]
    [InlineData("a: 1e3", """{"a":1000}""")]
    [InlineData("a: 100m", """{"a":"100m"}""")]
    [InlineData("a: 1.2.3", """{"a":"1.2.3"}""")]
    [InlineData("a: -", null)]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: Off", """{"a":false}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: 2020-01-01T00:00:00Z", """{"a":"2020-01-01T00:00:00Z"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("8080: x", """{"8080":"x"}""")]
    [InlineData("a: |\n  b\n  c\n", """{"a":"b\nc\n"}""")]
    [InlineData("- 1\n- {b: [c, d]}", """[1,{"b":["c","d"]}]""")]
    [InlineData("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3", """{"x":{"a":1,"b":2},"y":{"b":3,"a":1}}""")]
    [InlineData("{\"a\": [true, null, \"s\"]}", """{"a":[true,null,"s"]}""")]
    public void ReadAll_OneDocument_GivesJson(string yaml, string? json)
    {
        if (json is null)
        {
            Assert.Throws<YamlFormatException>(() => YamlReader.ReadAll(yaml));
            return;
        }

        Assert.Equal(json, Assert.Single(YamlReader.ReadAll(yaml)).Root.ToJsonString());
    }

    [Fact]
    public void ReadAll_SeveralDocuments_SkipsEmptyOnesAndKnowsLines()
    {
        var documents = YamlReader.ReadAll("---\na: 1\n---\n# nothing\n---\nb: 2\n");

        Assert.Equal(["""{"a":1}""", """{"b":2}"""], documents.Select(d => d.Root.ToJsonString()));
        Assert.Equal([2, 6], documents.Select(d => d.Line));
    }

    [Theory]
    [InlineData("a: 1\nb: [1,\nc: 2", 3)]
    [InlineData("a: 1\n b: 2", 2)]
    [InlineData("a: 1\na: 2", 2)]
    [InlineData("a: *missing", 1)]
    [InlineData("a: 1\nb: .nan", 2)]
    public void ReadAll_Malformed_NamesLine(string yaml, int line)
    {
        var error = Assert.Throws<YamlFormatException>(() => YamlReader.ReadAll(yaml));

        Assert.Equal(line, error.Line);
        Assert.StartsWith($"line {line}, column ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_NestedAnchors_AreBounded()
    {
        var yaml = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Assert.Contains("too large", Assert.Throws<YamlFormatException>(() => YamlReader.ReadAll(yaml)).Message, StringComparison.Ordinal);
    }
}
