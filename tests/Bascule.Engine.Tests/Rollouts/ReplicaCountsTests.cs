using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using CsCheck;
using Size = Bascule.Engine.Rollouts.ReplicaCounts.Size;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class ReplicaCountsTests
{
    [Theory]
    [InlineData("BCX-1", 10, 10, 1, 1, "10/10", "0/0", "0/0", 1, 9)]
    [InlineData("BCX-2", 10, 20, 2, 0, "10/10", "0/0", "0/0", 2, 10)]
    [InlineData("BCX-3", 10, 20, 2, 0, "10/10", "2/2", "0/0", 2, 8)]
    [InlineData("BCX-4", 10, 30, 2, 0, "10/10", "0/0", "0/0", 2, 10)]
    [InlineData("BCX-5", 10, 20, 0, 2, "10/10", "0/0", "0/0", 0, 8)]
    [InlineData("BCX-6", 10, 50, 2, 1, "10/10", "0/0", "0/0", 2, 9)]
    [InlineData("BCX-7", 10, 5, 0, 1, "10/10", "0/0", "0/0", 0, 9)]
    [InlineData("BCX-8", 10, 5, 0, 1, "9/9", "0/0", "0/0", 1, 9)]
    [InlineData("BCX-9", 1, 49, 0, 1, "1/1", "0/0", "0/0", 0, 1)]
    [InlineData("BCX-10", 1, 51, 0, 1, "1/1", "0/0", "0/0", 0, 0)]
    [InlineData("BCX-11", 1, 51, 0, 1, "0/0", "0/0", "0/0", 1, 0)]
    [InlineData("BCX-12", 1, 20, 1, 0, "1/1", "0/0", "0/0", 1, 1)]
    [InlineData("BCX-13", 10, 30, 1, 0, "1/1", "0/0", "3/3", 1, 7)]
    [InlineData("BCX-14", 10, 30, 0, 3, "8/5", "4/4", "0/0", 3, 7)]
    [InlineData("BCX-15", 10, 30, 0, 1, "8/6", "4/2", "3/3", 4, 8)]
    [InlineData("BCX-16", 10, 100, 1, 0, "10/2", "10/8", "0/0", 9, 2)]
    [InlineData("BCX-17", 4, 100, 1, 0, "4/1", "0/0", "0/0", 1, 4)]
    [InlineData("BCX-18", 4, 100, 1, 0, "4/1", "1/1", "0/0", 1, 3)]
    [InlineData("BCX-19", 3, 99, 0, 2, "3/3", "0/0", "0/0", 0, 1)]
    [InlineData("BCX-20", 3, 99, 0, 2, "1/1", "0/0", "0/0", 2, 1)]
    [InlineData("BCX-21", 4, 0, 1, 0, "0/0", "4/4", "0/0", 4, 1)]
    [InlineData("BCX-22", 4, 0, 1, 0, "1/0", "4/4", "0/0", 4, 1)]
    [InlineData("BCX-23", 4, 0, 1, 0, "1/1", "4/4", "0/0", 3, 1)]
    [InlineData("BCX-24", 4, 100, 4, 4, "4/4", "0/0", "0/0", 4, 0)]
    [InlineData("BCX-25", 4, 100, 3, 0, "4/4", "0/0", "0/0", 3, 4)]
    [InlineData("BCX-26", 10, 10, 0, 1, "10/10", "0/0", "0/0", 0, 9)]
    [InlineData("BCX-27", 10, 100, 3, 0, "7/8", "6/3", "0/0", 6, 7)]
    public void Next_WorkedExample_GivesItsCounts_BCX1to27_BC5to9(string row, int replicas, int weight, int surge, int unavailable, string stable, string canary, string other, int expectedCanary, int expectedStable)
    {
        var counts = ReplicaCounts.Next(new ReplicaCounts.Input
        {
            Replicas = replicas,
            Weight = weight,
            Limits = new ReplicaLimits(surge, unavailable),
            New = Parse(canary),
            Stable = Parse(stable),
            OthersWanted = Parse(other).Wanted,
        });

        Assert.True((expectedCanary, expectedStable) == counts, $"{row}: expected {(expectedCanary, expectedStable)}, got {counts}");
    }

    [Theory]
    [InlineData("the stable version gives up what it does not use", 4, 78, 1, 0, "3/1", "1/1", "1/1", 1, 1)]
    [InlineData("wholly down, it gives up all that the new one needs", 4, 78, 1, 0, "3/0", "1/1", "1/1", 4, 0)]
    [InlineData("the rest of its pods stays", 4, 78, 1, 0, "3/2", "1/1", "1/1", 1, 2)]
    [InlineData("wholly down beside others, it gives places that it should have", 4, 25, 1, 0, "3/0", "0/0", "2/2", 1, 2)]
    [InlineData("and does not take them back", 4, 25, 1, 0, "2/0", "0/0", "2/2", 1, 2)]
    [InlineData("with what the new one needs, it grows again", 4, 25, 1, 0, "1/0", "1/1", "2/2", 1, 2)]
    [InlineData("nobody else serves: it comes first", 4, 25, 1, 0, "1/0", "0/0", "0/0", 1, 3)]
    [InlineData("aborted, what is not available goes", 4, 0, 1, 0, "2/2", "2/0", "1/1", 0, 2)]
    public void Next_OthersServeBesideUnavailablePods_TheseMakeRoom_BC6(string why, int replicas, int weight, int surge, int unavailable, string stable, string canary, string other, int expectedCanary, int expectedStable) =>
        Next_WorkedExample_GivesItsCounts_BCX1to27_BC5to9(why, replicas, weight, surge, unavailable, stable, canary, other, expectedCanary, expectedStable);

    [Theory]
    [InlineData("BCX-30", 3, 50, 0, 2, 1)]
    [InlineData("BCX-30", 3, 50, 1, 2, 2)]
    [InlineData("BCX-30", 10, 15, 0, 2, 8)]
    [InlineData("BCX-31", 10, 1, 1, 1, 10)]
    [InlineData("BCX-31", 10, 24, 1, 3, 8)]
    [InlineData("BCX-31", 10, 99, 0, 9, 1)]
    [InlineData("BCX-31", 10, 99, 1, 10, 1)]
    [InlineData("BCX-32", 2, 1, 0, 1, 1)]
    [InlineData("BCX-32", 2, 1, 1, 1, 2)]
    [InlineData("BCX-32", 1, 50, 0, 1, 0)]
    public void Approximate_WorkedExample_GivesItsCounts_BCX30to32_BC2_BC3(string row, int replicas, int weight, int surge, int canary, int stable)
    {
        Assert.StartsWith("BCX-", row, StringComparison.Ordinal);
        Assert.Equal((canary, stable), ReplicaCounts.Approximate(replicas, weight, 100, surge));
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(4, 1, 1)]
    [InlineData(5, 2, 1)]
    [InlineData(8, 2, 2)]
    [InlineData(10, 3, 2)]
    public void Limits_Default_IsAQuarter_BCX33(int replicas, int surge, int unavailable) =>
        Assert.Equal(new ReplicaLimits(surge, unavailable), ReplicaLimits.Of(new CanaryStrategy(), replicas));

    [Theory] // SPEC-53, SPEC-54
    [InlineData("0%", "0%", 10, 0, 1)]
    [InlineData("lots", "10%", 10, 0, 0)]
    [InlineData("50", "0", 10, 5, 0)]
    [InlineData("0", "100%", 0, 0, 0)]
    public void Limits_Strings_ArePercent(string surge, string unavailable, int replicas, int expectedSurge, int expectedUnavailable) =>
        Assert.Equal(new ReplicaLimits(expectedSurge, expectedUnavailable), ReplicaLimits.Of(new CanaryStrategy { MaxSurge = new IntOrString(surge), MaxUnavailable = new IntOrString(unavailable) }, replicas));

    [Fact]
    public void Limits_MoreUnavailableThanReplicas_IsCapped() =>
        Assert.Equal(new ReplicaLimits(0, 4), ReplicaLimits.Of(new CanaryStrategy { MaxSurge = new IntOrString(0), MaxUnavailable = new IntOrString(9) }, 4));

    [Fact]
    public void Next_AnySizesWithinTheLimits_StayWithinThem()
    {
        var input =
            from replicas in Gen.Int[1, 30]
            from weight in Gen.Int[0, 100]
            from surge in Gen.Int[0, replicas]
            from unavailable in Gen.Int[surge == 0 ? 1 : 0, replicas]
            from stable in Gen.Int[0, replicas + surge]
            from canary in Gen.Int[0, replicas + surge - stable]
            from stableAvailable in Gen.Int[0, stable]
            from canaryAvailable in Gen.Int[0, canary]
            select new ReplicaCounts.Input
            {
                Replicas = replicas,
                Weight = weight,
                Limits = new ReplicaLimits(surge, unavailable),
                New = new Size(canary, canaryAvailable),
                Stable = new Size(stable, stableAvailable),
            };

        input.Always(i =>
        {
            var (canary, stable) = ReplicaCounts.Next(i);
            Assert.True(canary >= 0 && stable >= 0 && canary + stable <= i.Most, $"{i}: {canary}, {stable} exceed the surge");
            var before = i.New!.Value.Available + i.Stable!.Value.Available;
            var after = Math.Min(canary, i.New.Value.Available) + Math.Min(stable, i.Stable.Value.Available);
            Assert.True(after >= Math.Min(before, i.Fewest), $"{i}: {canary}, {stable} leave {after} of {before} available pods");
        }, count: 20_000);
    }

    /// <summary>Also with pods beyond the wanted ones, which the incumbent counts on: then its sizes go up and down.</summary>
    [Fact]
    public void Next_PodsStandStill_ComesToRest_BC9()
    {
        var pods = Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12]).Select((wanted, available) => new Size(wanted, available));
        var input =
            from replicas in Gen.Int[0, 10]
            from weight in Gen.Int[0, 100]
            from surge in Gen.Int[0, replicas]
            from unavailable in Gen.Int[surge == 0 ? 1 : 0, Math.Max(1, replicas)]
            from stable in pods
            from canary in pods
            select new ReplicaCounts.Input { Replicas = replicas, Weight = weight, Limits = new ReplicaLimits(surge, unavailable), New = canary, Stable = stable };

        input.Always(start => AssertComesToRest(start), count: 20_000);
    }

    /// <summary>The smallest such case: the incumbent takes the stable version from 2 to 1 and back, for as long as the pods are there.</summary>
    [Fact]
    public void Next_FarMorePodsThanWanted_ComesToRest_BC9()
    {
        var rest = AssertComesToRest(new ReplicaCounts.Input { Replicas = 2, Weight = 11, Limits = new ReplicaLimits(1, 0), New = new Size(1, 7), Stable = new Size(5, 0) });
        Assert.Equal((1, 2), (rest.New!.Value.Wanted, rest.Stable!.Value.Wanted));
    }

    /// <summary>Scales pass by pass as a Rollout does (BC-10), with pods that stand still.</summary>
    private static ReplicaCounts.Input AssertComesToRest(ReplicaCounts.Input start)
    {
        var now = start;
        for (var pass = 0; pass < 20; pass++)
        {
            var (canary, stable) = ReplicaCounts.Next(now);
            if (stable != now.Stable!.Value.Wanted)
                now = now with { Stable = now.Stable.Value with { Wanted = stable } };
            else if (canary != now.New!.Value.Wanted)
                now = now with { New = now.New.Value with { Wanted = canary } };
            else
                return now;
        }

        Assert.Fail($"{start} goes on for ever, by way of {now}");
        return now;
    }

    private static Size Parse(string size)
    {
        var parts = size.Split('/');
        return new Size(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
