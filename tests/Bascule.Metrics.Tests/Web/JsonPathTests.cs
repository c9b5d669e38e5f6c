using System.Text.Json;
using Bascule.Metrics.Web;

namespace Bascule.Metrics.Tests.Web;

/// <summary>Kubernetes' JSONPath, the first value of each: EXT-04, MP-WEB-04.</summary>
public sealed class JsonPathTests
{
    private static readonly JsonElement s_root = JsonElement.Parse("""
        {"kind":"List","a.b":{"c":7},"items":[
           {"name":"one","size":1,"ok":true,"tags":["x","y"],"inner":{"deep":"d1"}},
           {"name":"two","size":2.5,"ok":false,"tags":[]},
           {"name":"three (3)","size":30,"inner":{"deep":"d3"}}],
         "empty":[],"none":null}
        """);

    [Theory]
    [InlineData("{}", null)]
    [InlineData("{$}", "whole")]
    [InlineData("{@}", "whole")]
    [InlineData("{.}", "whole")]
    [InlineData("{.kind}", "\"List\"")]
    [InlineData("{$.kind}", "\"List\"")]
    [InlineData("{ $.kind }", "\"List\"")]
    [InlineData("{['kind']}", "\"List\"")]
    [InlineData("{[\"kind\"]}", "\"List\"")]
    [InlineData("{.a\\.b.c}", "7")]
    [InlineData("{['a.b'].c}", "7")]
    [InlineData("{.none}", "null")]
    [InlineData("{.items[0].name}", "\"one\"")]
    [InlineData("{.items[-1].name}", "\"three (3)\"")]
    [InlineData("{.items[-2].name}", "\"two\"")]
    [InlineData("{.items[1:].name}", "\"two\"")]
    [InlineData("{.items[:2].name}", "\"one\"")]
    [InlineData("{.items[1:2].name}", "\"two\"")]
    [InlineData("{.items[-1:].name}", "\"three (3)\"")]
    [InlineData("{.items[::2].name}", "\"one\"")]
    [InlineData("{.items[1:1]}", null)]
    [InlineData("{.items[*].size}", "1")]
    [InlineData("{.items[2,0].name}", "\"three (3)\"")]
    [InlineData("{.items[0]['size','name']}", "1")]
    [InlineData("{.items[0].inner.*}", "\"d1\"")]
    [InlineData("{..deep}", "\"d1\"")]
    [InlineData("{..tags[1]}", null, "array index out of bounds: index 1, length 0")]
    [InlineData("{.empty[*]}", null)]
    [InlineData("{.empty[0]}", null, "array index out of bounds: index 0, length 0")]
    [InlineData("{.items[3]}", null, "array index out of bounds: index 3, length 3")]
    [InlineData("{.items[?(@.size > 2)].name}", "\"two\"")]
    [InlineData("{.items[?(@.size >= 30)].name}", "\"three (3)\"")]
    [InlineData("{.items[?(@.size<2)].name}", "\"one\"")]
    [InlineData("{.items[?(@.name==\"two\")].size}", "2.5")]
    [InlineData("{.items[?(@.name=='three (3)')].size}", "30")]
    [InlineData("{.items[?(@.name!='one')].size}", "2.5")]
    [InlineData("{.items[?(@.ok==false)].name}", "\"two\"")]
    [InlineData("{.items[?(@.inner)].name}", "\"one\"")]
    [InlineData("{.items[?(@.tags[0]=='x')].name}", "\"one\"")]
    [InlineData("{.items[?(@.size > 99)]}", null)]
    [InlineData("{.items[?(@.size > 'x')]}", null, "incompatible types for comparison: Number > String")]
    [InlineData("{.kind[?(@.x)]}", null, "found String, expected a list to filter")]
    [InlineData("{range .items[*]}{.name}{end}", "\"one\"")]
    [InlineData("{range .items[?(@.size>2)]}{.name}, {end}", "\"two\"")]
    [InlineData("{range .empty[*]}{.name}{end}", null)]
    [InlineData("size: {.kind}", "\"size: \"")]
    [InlineData("{\"text\"}{.kind}", "\"text\"")]
    [InlineData("{5}", "5")]
    [InlineData("$.kind", "\"$.kind\"")]
    [InlineData("{.kind}{.nope}", null, "nope is not found")]
    [InlineData("{.items[0].nope}", null, "nope is not found")]
    public void Path_FindsItsFirstValue(string template, string? expected, string? error = null)
    {
        var path = JsonPathTemplate.Parse(template);
        if (error is not null)
        {
            Assert.Equal(error, Assert.Throws<JsonPathException>(() => path.First(s_root)).Message);
            return;
        }

        Assert.Equal(expected == "whole" ? s_root.GetRawText() : expected, path.First(s_root)?.GetRawText());
    }

    [Theory]
    [InlineData("{.a", "unclosed action")]
    [InlineData("{", "unclosed action")]
    [InlineData("{end}", "not in range, nothing to end")]
    [InlineData("{range .items[*]}{.name}", "unterminated range")]
    [InlineData("{foo}", "unrecognized identifier foo")]
    [InlineData("{.a[0}", "invalid array index: unexpected '}'")]
    [InlineData("{.a[0", "unterminated array")]
    [InlineData("{.a[x]}", "invalid array index x]}")]
    [InlineData("{.a[1:2:0]}", "step must be > 0")]
    [InlineData("{.a[1:2:3:4]}", "invalid array index 1:2:3:4")]
    [InlineData("{.a['x}", "unterminated quoted string")]
    [InlineData("{.a[?(@.x]}", "unterminated filter")]
    [InlineData("{.a[?(@.x)}", "unclosed array expect ]")]
    [InlineData("{#}", "unrecognized character in action: '#'")]
    [InlineData("{.a[?(@.x == what)]}", "unrecognized character in action: 'w'")]
    public void Path_ThatIsNone_SaysWhy(string template, string message) =>
        Assert.Equal(message, Assert.Throws<JsonPathException>(() => JsonPathTemplate.Parse(template)).Message);

    [Fact]
    public void Path_OfAnyText_IsReadOrRefused()
    {
        const string alphabet = "{}[]().$@*?:,'\"=<> ab1-\\";
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = "{" + string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            try
            {
                JsonPathTemplate.Parse(text).First(s_root);
            }
            catch (JsonPathException)
            {
                // Refused, which is an answer.
            }
        }
    }
}
