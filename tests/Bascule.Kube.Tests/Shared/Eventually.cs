using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Shared;

/// <summary>Waits for what other threads bring about, with a bound in real time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits until the condition holds; each look moves the fake clock, if there is one.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what, FakeTimeProvider? clock = null, TimeSpan? step = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, clock, step);

    /// <summary>The same, of a condition that has to be asked for.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, FakeTimeProvider? clock = null, TimeSpan? step = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, $"never happened: {what}");
            clock?.Advance(step ?? TimeSpan.FromMilliseconds(50));
            await Task.Delay(Between, TimeProvider.System);
        }
    }

    /// <summary>Half a second passes, and everybody gets to act on it.</summary>
    public static async Task StepAsync(FakeTimeProvider clock)
    {
        clock.Advance(TimeSpan.FromSeconds(0.5));
        for (var i = 0; i < 20; i++)
            await Task.Yield();
    }
}
