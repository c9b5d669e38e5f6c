using Bascule.Kube.Queue;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class MetricsTextTests
{
    [Fact]
    public void Values_OfAMetric_StandUnderItsHeading() => Assert.Equal(
        """
        # HELP b What it is.
        # TYPE b gauge
        b 1.5
        b{x="1",y="a\"b\\c\nd"} 2

        """,
        TestScrape.Whole(text =>
        {
            text.Metric("a", "gauge", "Without values it is not there.");
            text.Metric("b", "gauge", "What it is.");
            text.Value(1.5);
            text.Value(2, ("x", "1"), ("y", "a\"b\\c\nd"));
        }));

    [Fact]
    public void Histogram_HasBucketsSumAndCount()
    {
        var histogram = new Histogram([0.01, 1]);
        histogram.Observe(0.5);
        histogram.Observe(2);

        Assert.Equal(
            ["h_bucket{n=\"x\",le=\"0.01\"} 0", "h_bucket{n=\"x\",le=\"1\"} 1", "h_bucket{n=\"x\",le=\"+Inf\"} 2", "h_sum{n=\"x\"} 2.5", "h_count{n=\"x\"} 2"],
            TestScrape.Of(text =>
            {
                text.Metric("h", "histogram", "Values.");
                text.Value(histogram.Read(), ("n", "x"));
            }));
    }
}
