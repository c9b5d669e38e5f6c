using System.Net;

namespace Goprom.Tests;

public sealed class GopromOptionsTests
{
    [Theory]
    [InlineData("30", 30_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("250ms", 250)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h", 3_600_000)]
    public void ReadyDelay_SecondsOrDuration_IsUnderstood(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse([], ("READY_DELAY", text)).ReadyDelay);

    [Fact]
    public void Addresses_NotGiven_AreTheCoursesPortsOnAllInterfaces()
    {
        var options = Parse([]);

        Assert.Equal(new ListenAddress(null, 8080), options.Listen);
        Assert.Equal(new ListenAddress(null, 8086), options.Probe);
        Assert.Equal(new ListenAddress(null, 9101), options.Metrics);
    }

    [Fact]
    public void Addresses_WithPodAddress_StandForEmptyHostsOnly()
    {
        var options = Parse(["--probe-address", "0.0.0.0:1", "--metrics-address=[::1]:2"], ("BASCULE_POD_IP", "127.9.8.7"));

        Assert.Equal(new ListenAddress(IPAddress.Parse("127.9.8.7"), 8080), options.Listen);
        Assert.Equal(new ListenAddress(IPAddress.Any, 1), options.Probe);
        Assert.Equal(new ListenAddress(IPAddress.IPv6Loopback, 2), options.Metrics);
    }

    [Fact]
    public void FaultPlan_AnyRate_FailsItsShareOfEveryHundred()
    {
        foreach (var percent in Enumerable.Range(0, 101))
        {
            var plan = new FaultPlan(percent / 100.0);

            Assert.Equal(percent, Enumerable.Range(0, 100).Count(_ => plan.NextFails()));
        }
    }

    private static GopromOptions Parse(string[] args, params (string Name, string Value)[] environment) =>
        GopromOptions.Parse(args, environment.ToDictionary(e => e.Name, e => e.Value), "machine");
}
