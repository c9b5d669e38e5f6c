using Bascule.Lab.Load;

namespace Bascule.Lab.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0.50, 500)]
    [InlineData(0.99, 990)]
    [InlineData(1.00, 1000)]
    public void Percentile_OneToThousandMilliseconds_IsWithinFivePercent(double share, int milliseconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var latency in Enumerable.Range(1, 1000))
            histogram.Record(TimeSpan.FromMilliseconds(latency));

        Assert.InRange(histogram.Percentile(share).TotalMilliseconds, milliseconds, milliseconds * 1.05);
    }

    [Fact]
    public void Percentile_NothingRecorded_IsZero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.99));

    [Fact]
    public void Percentile_BeyondTheLastBucket_StaysInIt()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromHours(1));

        Assert.True(histogram.Percentile(0.5) > TimeSpan.FromMinutes(2));
    }
}
