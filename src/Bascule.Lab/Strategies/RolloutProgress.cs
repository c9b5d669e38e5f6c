using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Controller.Views;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Something that a Rollout did to users.</summary>
/// <param name="Kind">What.</param>
/// <param name="Text">One line for people.</param>
/// <param name="Weight">Percent of the requests that are to go to the new version; with <see cref="MarkKind.Weight"/>.</param>
internal sealed record RolloutAct(MarkKind Kind, string Text, int? Weight = null);

/// <summary>
/// Tells from looks at a Rollout what it does to users, and how it ends: what a hand would have done and noted. Looks at one
/// update, from the generation of the spec that asked for it on.
/// </summary>
/// <param name="generation">That generation.</param>
internal sealed class RolloutProgress(long generation)
{
    private int _weight;
    private int _step;

    /// <summary>Everybody is to get the new version.</summary>
    public bool IsForEverybody { get; private set; }

    /// <summary>The controller has given the new version up.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>The new version is all there is, and all of it is available.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes in a look.</summary>
    /// <returns>What is new in it.</returns>
    public ImmutableArray<RolloutAct> Observe(Rollout rollout)
    {
        if (!rollout.HasObserved(generation))
            return [];
        IsAborted = rollout.Status.Abort;
        IsDone = rollout.IsSettled();
        return [.. rollout.Spec.Canary is { } canary ? OfCanary(rollout, canary) : OfBlueGreen(rollout.Status)];
    }

    private IEnumerable<RolloutAct> OfBlueGreen(RolloutStatus status)
    {
        if (IsForEverybody || status.BlueGreen.ActiveSelector != status.CurrentPodHash)
            yield break;
        IsForEverybody = true;
        yield return new RolloutAct(MarkKind.Action, $"active: {LabOptions.CanaryVersion}");
    }

    private IEnumerable<RolloutAct> OfCanary(Rollout rollout, CanaryStrategy canary)
    {
        // Several steps may pass between two looks.
        for (var passed = rollout.Status.CurrentStepIndex ?? 0; _step < Math.Min(passed, canary.Steps.Length); _step++)
        {
            if (Route(canary.Steps[_step]) is { } route)
                yield return new RolloutAct(MarkKind.Action, route);
        }

        var weight = RolloutViewBuilder.SetWeight(rollout);
        IsForEverybody |= weight == canary.FullWeight;
        if (weight == _weight)
            yield break;
        _weight = weight;
        if (!canary.Steps.IsEmpty)
            yield return new RolloutAct(MarkKind.Weight, string.Create(CultureInfo.InvariantCulture, $"{weight} % are to get {LabOptions.CanaryVersion}"), weight);
    }

    private static string? Route(CanaryStep step) => step switch
    {
        SetHeaderRouteStep header => Said(header.Name, header.Matches.IsEmpty),
        SetMirrorRouteStep mirror => Said(mirror.Name, mirror.Matches.IsEmpty),
        _ => null,
    };

    private static string Said(string route, bool isRemoval) => isRemoval ? $"{route}: no more" : $"{route}: {LabOptions.CanaryVersion}";
}
