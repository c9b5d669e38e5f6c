using Bascule.Kube.Queue;

namespace Bascule.Kube.Tests.Queue;

public sealed class HistogramTests
{
    [Fact]
    public void Read_CountsUpToAndWithEachBound()
    {
        var histogram = new Histogram([0, 1, 10]);
        foreach (var value in (double[])[0, 0.5, 1, 5, 20])
            histogram.Observe(value);

        var counts = histogram.Read();

        Assert.Equal([1, 3, 4], counts.UpTo);
        Assert.Equal((5, 26.5), (counts.Total, counts.Sum));
    }
}
