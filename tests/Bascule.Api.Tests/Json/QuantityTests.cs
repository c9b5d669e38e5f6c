using Bascule.Api.Json;

namespace Bascule.Api.Tests.Json;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("2000m", "2")]
    [InlineData("0.15", "150m")]
    [InlineData("8192M", "8192M")]
    [InlineData("1000M", "1G")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("0.5Gi", "512Mi")]
    [InlineData("512", "512")]
    [InlineData("0", "0")]
    [InlineData("0m", "0")]
    [InlineData("1e3", "1e3")]
    [InlineData("100Ki", "100Ki")]
    [InlineData("0.5Ki", "512")]
    [InlineData("-1.5", "-1500m")]
    [InlineData("1E", "1E")]
    [InlineData("0.0000000001", "1n")]
    [InlineData("lots", "lots")]
    [InlineData("1Q", "1Q")]
    [InlineData("", "")]
    public void Canonical_AnyNotation_OneForm(string text, string expected) => Assert.Equal(expected, Quantity.Canonical(text));
}
