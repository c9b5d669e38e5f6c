using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class RollingArithmeticTests
{
    [Theory]
    [InlineData("\"25%\"", "\"25%\"", 4, 1, 1)]
    [InlineData("\"25%\"", "\"25%\"", 10, 3, 2)]
    [InlineData("\"25%\"", "\"25%\"", 1, 1, 0)]
    [InlineData("\"0%\"", "\"0%\"", 10, 0, 1)]
    [InlineData("0", "0", 10, 0, 1)]
    [InlineData("0", "\"10%\"", 5, 0, 1)]
    [InlineData("\"10%\"", "0", 5, 1, 0)]
    [InlineData("3", "7", 5, 3, 7)]
    [InlineData("null", "null", 8, 2, 2)]
    public void Fenceposts_Written_SurgeRoundsUpAndUnavailableDown(string surge, string unavailable, int desired, int expectedSurge, int expectedUnavailable)
    {
        Assert.Equal((expectedSurge, expectedUnavailable), RollingArithmetic.Fenceposts(TestObjects.Json(surge), TestObjects.Json(unavailable), desired));
    }

    [Theory]
    // desired, surge, all sets together, new set -> new set
    [InlineData(10, 0, 10, 0, 0)]
    [InlineData(10, 2, 10, 0, 2)]
    [InlineData(10, 2, 12, 2, 2)]
    [InlineData(10, 2, 5, 0, 7)]
    [InlineData(10, 2, 15, 5, 5)]
    [InlineData(10, 5, 10, 10, 10)]
    [InlineData(1, 5, 1, 0, 1)]
    [InlineData(2, 10, 2, 0, 2)]
    public void NewReplicas_RoomUnderTheSurge_IsFilledUpToTheDesired(int desired, int surge, int all, int current, int expected)
    {
        Assert.Equal(expected, RollingArithmetic.NewReplicas(desired, surge, all, current));
    }

    [Theory]
    [InlineData(10, 0, 10, 0, 0, 0)]
    [InlineData(10, 2, 10, 0, 0, 2)]
    [InlineData(10, 2, 12, 2, 0, 2)]
    [InlineData(10, 2, 12, 2, 2, 4)]
    [InlineData(10, 0, 13, 3, 1, 1)]
    public void MaxScaledDown_NewPodsNotAvailable_CountAsLost(int desired, int unavailable, int all, int newReplicas, int newAvailable, int expected)
    {
        Assert.Equal(expected, RollingArithmetic.MaxScaledDown(desired, unavailable, all, newReplicas, newAvailable));
    }

    [Theory]
    // 5 of 10 when the whole goes from 10 to 20: twice as many
    [InlineData(5, 10, 20, 20, 10, 0, 5)]
    // what others took leaves less
    [InlineData(5, 10, 20, 20, 10, 7, 3)]
    [InlineData(5, 10, 5, 5, -5, 0, -2)]
    [InlineData(5, 10, 0, 0, -10, 0, -5)]
    [InlineData(0, 10, 20, 20, 10, 0, 0)]
    [InlineData(5, 0, 20, 20, 10, 0, 0)]
    [InlineData(5, 10, 20, 20, 10, 10, 0)]
    public void Proportion_ScaledInMidRollout_KeepsShares(int replicas, int before, int now, int desired, int toAdd, int added, int expected)
    {
        Assert.Equal(expected, RollingArithmetic.Proportion(replicas, before, now, desired, toAdd, added));
    }
}
