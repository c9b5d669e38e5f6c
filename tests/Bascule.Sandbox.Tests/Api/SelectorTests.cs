using Bascule.Kube;
using Bascule.Sandbox.Api;

namespace Bascule.Sandbox.Tests.Api;

public sealed class SelectorTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("a=1", true)]
    [InlineData("a==1", true)]
    [InlineData("a=2", false)]
    [InlineData("a!=2", true)]
    [InlineData("absent!=2", true)]
    [InlineData("a", true)]
    [InlineData("absent", false)]
    [InlineData("!a", false)]
    [InlineData("!absent", true)]
    [InlineData("a in (1,2)", true)]
    [InlineData("a in (3, 4)", false)]
    [InlineData("a notin (3)", true)]
    [InlineData("absent notin (3)", true)]
    [InlineData("a>0", true)]
    [InlineData("a>1", false)]
    [InlineData("a<2", true)]
    [InlineData("word>0", false)]
    [InlineData("a=1,word=x", true)]
    [InlineData("a=1,word=y", false)]
    [InlineData("example.com/path=1", false)]
    public void LabelSelector_OfEachForm_MatchesAsInKubernetes(string selector, bool matches) =>
        Assert.Equal(matches, LabelSelector.Parse(selector).Matches(name => name switch { "a" => "1", "word" => "x", _ => null }));

    [Theory]
    [InlineData("a in 1")]
    [InlineData("a near (1)")]
    [InlineData("=1")]
    [InlineData("a>b")]
    [InlineData("a=b c")]
    public void LabelSelector_Malformed_IsABadRequestThatNamesIt(string selector)
    {
        var refusal = Assert.Throws<KubeException>(() => LabelSelector.Parse(selector));

        Assert.Contains(selector, refusal.Message, StringComparison.Ordinal);
    }
}
