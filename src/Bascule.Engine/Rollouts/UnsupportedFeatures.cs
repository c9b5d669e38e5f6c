using System.Collections.Immutable;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts;

/// <summary>What a spec may ask for and this version, as it is installed, does not run; such a Rollout is left as it is.</summary>
internal static class UnsupportedFeatures
{
    /// <summary>The first such field; null when everything can be run.</summary>
    public static FieldError? FirstError(RolloutObservation seen)
    {
        var spec = seen.Rollout.Spec;
        if (spec.Canary is not { } canary)
            return null;
        return canary.TrafficRouting is { } routing ? FirstRouter(routing, seen.Routers) : null;
    }

    private static FieldError? FirstRouter(TrafficRouting routing, ImmutableArray<string> known)
    {
        foreach (var router in routing.Routers)
        {
            ImmutableArray<string> names = router == TrafficRouter.Plugins ? [.. routing.Plugins.Keys.Select(p => $"{router.FieldName()}/{p}")] : [router.FieldName()];
            foreach (var name in names)
            {
                if (!known.Contains(name))
                    return Of($"spec.strategy.canary.trafficRouting.{name.Replace('/', '.')}", $"the traffic router {name}");
            }
        }

        return null;
    }

    private static FieldError Of(string path, string feature) =>
        FieldError.Forbidden(path, $"this version of Bascule does not run {feature} yet; the rollout is left as it is");
}
