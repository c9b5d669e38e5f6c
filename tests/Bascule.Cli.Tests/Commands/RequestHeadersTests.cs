using Bascule.Cli.Commands;

namespace Bascule.Cli.Tests.Commands;

public sealed class RequestHeadersTests
{
    [Fact]
    public void Headers_BecomeThoseOfTheUsers_AndHostTheHostTheyAskFor()
    {
        var users = RequestHeaders.Of(["host: shop.example", "X-Group:beta", "x-group: alpha", "Referer: http://shop.example/a"]);

        Assert.Equal("shop.example", users.Host);
        Assert.Equal(2, users.Headers.Count);
        Assert.Equal(("alpha", "http://shop.example/a"), (users.Headers["X-Group"], users.Headers["Referer"]));
    }

    [Fact]
    public void NoHeaders_AskForTheHostOfTheAddress()
    {
        var users = RequestHeaders.Of([]);

        Assert.Null(users.Host);
        Assert.Empty(users.Headers);
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData(": shop.example")]
    [InlineData("Host:")]
    [InlineData("X Group: beta")]
    [InlineData("X-Group: beta\r\nX-Other: a")]
    public void WhatIsNoHeader_IsRefused(string text) => Assert.False(RequestHeaders.TryParse(text, out _));
}
