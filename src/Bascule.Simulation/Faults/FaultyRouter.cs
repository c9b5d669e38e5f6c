using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube.Leader;
using Bascule.Traffic;
using Bascule.Traffic.Objects;

namespace Bascule.Simulation.Faults;

/// <summary>A traffic router in trouble: its kind of objects is not served for a moment, it fails before or after it did its work, and the controller may die right after.</summary>
/// <param name="inner">The router itself.</param>
/// <param name="client">The controller's client, which lives and dies with it.</param>
/// <param name="leadership">Whether the controller leads; a real router's writes go through its fenced client.</param>
/// <param name="afterChange">Told of each change that took effect, before the controller hears of it.</param>
public sealed class FaultyRouter(ITrafficRouter inner, FaultyClient client, ILeadership leadership, Action afterChange) : ITrafficRouter
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken) =>
        client.Faults.OfRead() switch
        {
            CallFault.None => inner.AskAsync(rollout, plan, cancellationToken),
            CallFault.Timeout => Task.FromException<TrafficAnswer>(TrafficRoutingException.NotServed(RoutingTypes.Default.VirtualServices)),
            _ => Task.FromException<TrafficAnswer>(new TrafficRoutingException("simulated: the routing object cannot be read")),
        };

    /// <inheritdoc/>
    public async Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        if (leadership.TimeToWrite is null)
            throw new NotLeaderException();
        var fault = client.IsDead ? CallFault.CrashBefore : client.Faults.OfWrite();
        if (fault == CallFault.CrashBefore)
            client.Kill();
        if (client.IsDead)
            throw new SimulatedCrashException();
        if (fault is CallFault.Conflict or CallFault.ServerError or CallFault.Timeout)
            throw new TrafficRoutingException("simulated: the routing object cannot be written");
        await inner.SetAsync(rollout, plan, cancellationToken);
        client.CountWrite();
        afterChange();
        if (fault == CallFault.Crash)
            client.Kill();
        if (client.IsDead)
            throw new SimulatedCrashException();
        if (fault == CallFault.LostResponse)
            throw new TrafficRoutingException("simulated: done, but the answer was lost");
    }
}
