using System.Net;
using Bascule.Controller;
using Bascule.Controller.Hosting;
using Bascule.Traffic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Benchmarks.Controller;

/// <summary>A sandbox and, in the same process, the controller beside it with a router in memory.</summary>
internal sealed class RolloutFleet : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private RolloutFleet(RolloutSandbox sandbox)
    {
        Sandbox = sandbox;
        Calls = new CountingClient(sandbox.Client);
        var options = new ControllerHostOptions { OtherRouters = [Router], Metrics = new IPEndPoint(IPAddress.Loopback, 0) };
        Controller = new ControllerHost(Calls, options, TimeProvider.System, new Random(2), NullLoggerFactory.Instance);
    }

    /// <summary>The cluster.</summary>
    public RolloutSandbox Sandbox { get; }

    /// <summary>What the controller asked of the cluster.</summary>
    public CountingClient Calls { get; }

    /// <summary>What shares out traffic: the plugin <c>memory</c>.</summary>
    public InMemoryRouter Router { get; } = new("plugins/memory");

    /// <summary>The controller.</summary>
    public ControllerHost Controller { get; }

    public static async Task<RolloutFleet> StartAsync()
    {
        var fleet = new RolloutFleet(await RolloutSandbox.StartAsync());
        await fleet.Controller.StartAsync(default);
        return fleet;
    }

    /// <summary>Waits until the controller has seen so many Rollouts in a phase that speaks of their current spec.</summary>
    public async Task WaitForPhaseAsync(string phase, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        while (Controller.Cache.List(ArgoResources.Rollouts, null).Count(r => RolloutSandbox.IsIn(phase, r)) < count)
            await Task.Delay(BetweenLooks, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
