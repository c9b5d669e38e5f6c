using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Traffic;

namespace Bascule.Controller.Tests.Rollouts;

/// <summary>A router that can be told to refuse.</summary>
internal sealed class TestRouter : ITrafficRouter
{
    private readonly InMemoryRouter _inner = new("nginx");

    public string Name => _inner.Name;

    /// <summary>Why nothing can be set; null when it can.</summary>
    public string? Refusal { get; set; }

    /// <summary>Why the routing objects cannot be read; null when they can.</summary>
    public string? Blindness { get; set; }

    /// <summary>The reason of the event that tells of either.</summary>
    public string Reason { get; set; } = "TrafficRoutingError";

    public Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken) =>
        Blindness is { } blindness ? throw new TrafficRoutingException(blindness) { Reason = Reason } : _inner.AskAsync(rollout, plan, cancellationToken);

    public Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken) =>
        Refusal is { } refusal ? throw new TrafficRoutingException(refusal) { Reason = Reason } : _inner.SetAsync(rollout, plan, cancellationToken);
}
