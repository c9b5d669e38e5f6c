using Bascule.Cli.Output;

namespace Bascule.Cli.Tests.Output;

public sealed class AgesTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0.9, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600 - 1, "179m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData(3 * 3600 + 61, "3h1m")]
    [InlineData(8 * 3600 + 61, "8h")]
    [InlineData(2 * 86400, "2d")]
    [InlineData(2 * 86400 + 3600, "2d1h")]
    [InlineData(8 * 86400 + 3600, "8d")]
    [InlineData(731 * 86400, "2y1d")]
    public void Text_OfDuration_IsWhatKubectlPrints(double seconds, string expected) => Assert.Equal(expected, Ages.Text(TimeSpan.FromSeconds(seconds)));
}
