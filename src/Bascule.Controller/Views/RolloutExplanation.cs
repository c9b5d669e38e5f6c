using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Bascule.Traffic;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Views;

/// <summary>Why a Rollout stands where it stands, found by taking the controller's decision without acting on it.</summary>
public sealed record RolloutExplanation
{
    /// <summary>The Rollout.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The phase and message as a client sees them.</summary>
    public required ClientPhase Phase { get; init; }

    /// <summary>The reasons, the most important first; never empty.</summary>
    public required ImmutableArray<Reason> Reasons { get; init; }

    /// <summary>What the controller is about to do; empty when it waits.</summary>
    public required ImmutableArray<string> Next { get; init; }

    /// <summary>When the controller looks again without any change; null when only a change matters.</summary>
    public required TimeSpan? LookAgainAfter { get; init; }

    /// <summary>Explains a Rollout; null when the cache does not hold it.</summary>
    /// <param name="cache">Holds <see cref="RolloutObserver.Types"/>, and the Rollout's routing objects.</param>
    /// <param name="key">The Rollout.</param>
    /// <param name="now">The time.</param>
    /// <param name="catalog">The kinds of routers, in the versions in which the cache holds their objects; null for the usual ones.</param>
    public static RolloutExplanation? Of(IObjectCache cache, ObjectKey key, DateTimeOffset now, RoutingCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (cache.Get(ArgoResources.Rollouts, key) is not { } found)
            return null;
        // Whichever instance is responsible, it would decide like this.
        var instance = found.Labels.GetValueOrDefault(Api.Labels.InstanceId);
        if (new RolloutObserver(cache, TrafficRouters.None, instance).Observe(key, now, catalog ?? RoutingCatalog.BuiltIn) is not { } pass)
            return null;
        var decision = RolloutDecider.Decide(pass);
        return new RolloutExplanation
        {
            Key = key,
            Phase = ClientPhase.Of(Rollout.Read(found.Root)),
            Reasons = decision.Reasons,
            Next = [.. decision.Effects.Select(e => e.Match(EffectText.Instance)).OfType<string>()],
            LookAgainAfter = decision.LookAgainAfter,
        };
    }
}
