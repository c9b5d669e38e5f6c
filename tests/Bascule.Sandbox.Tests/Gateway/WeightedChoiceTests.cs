using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Tests.Gateway;

public sealed class WeightedChoiceTests
{
    [Theory]
    [InlineData(90.0, 10.0)]
    [InlineData(99.0, 1.0)]
    [InlineData(50.0, 50.0)]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, 1.0)]
    [InlineData(20.0, 30.0, 50.0)]
    [InlineData(0.995, 0.005)]
    public void Shares_OfTenThousandRequests_AreExactWithinAFew(params double[] weights)
    {
        foreach (var start in new ulong[] { 0, 1, 12345, ulong.MaxValue - 3 })
        {
            var choice = new WeightedChoice(weights, start);
            var counts = new int[weights.Length];
            for (var i = 0; i < 10_000; i++)
                counts[choice.Next()]++;

            for (var i = 0; i < weights.Length; i++)
                Assert.InRange(counts[i] - (weights[i] / weights.Sum() * 10_000), weights[i] == 0 ? 0 : -8, weights[i] == 0 ? 0 : 8);
        }
    }

    [Fact]
    public void Shares_AreEvenInShortRunsToo()
    {
        var choice = new WeightedChoice([80, 20], 7);

        for (var run = 0; run < 50; run++)
            Assert.InRange(Enumerable.Range(0, 20).Count(_ => choice.Next() == 1), 2, 6);
    }

    [Fact]
    public void NobodyWithAWeight_IsNobody() => Assert.Equal(-1, new WeightedChoice([0, 0], 5).Next());

    [Fact]
    public async Task Shares_AskedFromManyThreads_AreExactToo()
    {
        var choice = new WeightedChoice([75, 25], 3);
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Count(_ => choice.Next() == 1))));

        Assert.InRange(counts.Sum(), 4_990, 5_010);
    }
}
