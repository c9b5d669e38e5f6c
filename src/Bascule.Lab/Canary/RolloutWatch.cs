using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Controller;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Views;
using Bascule.Kube;

namespace Bascule.Lab.Canary;

/// <summary>Looks at a rollout in a cache.</summary>
/// <param name="cache">Holds <see cref="Types"/>.</param>
/// <param name="key">The rollout.</param>
/// <param name="time">The clock.</param>
/// <param name="begun">When the lab began.</param>
internal sealed class RolloutWatch(IVersionedCache cache, ObjectKey key, TimeProvider time, long begun)
{
    private readonly RolloutViewBuilder _views = new(cache);

    /// <summary>What a look is made of.</summary>
    public static ImmutableHashSet<ResourceType> Types { get; } = [.. RolloutObserver.Types, .. RolloutViewBuilder.Types];

    /// <summary>The rollout now; null while there is none.</summary>
    public LabLook? Look()
    {
        if (cache.Get(ArgoResources.Rollouts, key) is not { } found || _views.Build(key) is not { } view)
            return null;
        var runs = cache.OwnedBy(ArgoResources.AnalysisRuns, found.Uid).OrderBy(r => r.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal);
        return new LabLook(
            time.GetElapsedTime(begun),
            Rollout.Read(found.Root),
            view,
            RolloutExplanation.Of(cache, key, time.GetUtcNow()),
            [.. runs.Select(r => AnalysisRun.Parse(r.Root))]);
    }
}
