using Bascule.Cli.Sandboxes;

namespace Bascule.Cli.Tests.Sandboxes;

public sealed class ImageCommandTests
{
    [Theory]
    [InlineData("shop=/bin/shop", "shop", "/bin/shop")]
    [InlineData("shop=/bin/shop --listen :8080", "shop", "/bin/shop|--listen|:8080")]
    [InlineData("shop=sh -c \"echo a b\"", "shop", "sh|-c|echo a b")]
    [InlineData("shop=env A=B run", "shop", "env|A=B|run")]
    public void TryParse_Pair_SplitsLikeAShell(string text, string name, string command)
    {
        Assert.True(ImageCommand.TryParse(text, out var image));
        Assert.Equal((name, command), (image.Name, string.Join('|', image.Command)));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("=x")]
    [InlineData("shop=")]
    [InlineData("shop=  ")]
    public void TryParse_NoPair_IsRefused(string text) => Assert.False(ImageCommand.TryParse(text, out _));
}
