using System.Collections.Immutable;
using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts;

/// <summary>
/// An observation and what follows from it, worked out once for the questions that come before a decision and for the
/// decision itself, all of which <see cref="RolloutDecider"/> answers. Immutable: an answer makes another one.
/// </summary>
public sealed class RolloutPass
{
    private Situation? at;

    private RolloutPass(RolloutObservation seen, (FieldError Error, ReasonKind Kind)? firstError, Situation? at)
    {
        Seen = seen;
        FirstError = firstError;
        this.at = at;
    }

    /// <summary>What was read.</summary>
    public RolloutObservation Seen { get; }

    /// <summary>Why the Rollout cannot be run; null when it can.</summary>
    internal (FieldError Error, ReasonKind Kind)? FirstError { get; }

    /// <summary>What was read, sorted; to be asked for only where the Rollout can be run.</summary>
    internal Situation At => at ??= Situation.Of(Seen);

    /// <summary>Begins with what was read.</summary>
    public static RolloutPass Of(RolloutObservation seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new(seen, FirstErrorOf(seen), null);
    }

    /// <summary>Adds the pods of <see cref="RolloutDecider.PodsWanted"/>.</summary>
    public RolloutPass With(ImmutableArray<PodView> pods) => Answered(Seen with { Pods = pods });

    /// <summary>Adds what the routers say of <see cref="RolloutDecider.TrafficWanted"/>.</summary>
    public RolloutPass With(TrafficAnswer traffic) => Answered(Seen with { Traffic = traffic });

    /// <summary>Adds whether the load balancer of <see cref="RolloutDecider.TargetsWanted"/> knows the pods.</summary>
    public RolloutPass WithTargets(bool registered) => Answered(Seen with { TargetsRegistered = registered });

    /// <summary>Nothing that is worked out already depends on an answer.</summary>
    private RolloutPass Answered(RolloutObservation seen) => new(seen, FirstError, at is null ? null : at with { Seen = seen });

    private static (FieldError Error, ReasonKind Kind)? FirstErrorOf(RolloutObservation seen)
    {
        if (WorkloadTemplate.Problem(seen) is { } unresolved)
            return (unresolved, ReasonKind.InvalidSpec);
        if (RolloutFacts.Of(seen.Rollout).Error is { } invalid)
            return (invalid, ReasonKind.InvalidSpec);
        if (UnsupportedFeatures.FirstError(seen) is { } unsupported)
            return (unsupported, ReasonKind.Unsupported);
        return ReferenceValidation.FirstError(seen) is { } reference ? (reference, ReasonKind.InvalidSpec) : null;
    }
}
