using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis.Effects;

/// <summary>
/// One thing to do about an AnalysisRun, as data. A closed family, told apart by <see cref="Match{T}"/> only. A decision
/// asks either for things to be found out (secrets, then measurements), after which it is taken again with the answers,
/// or for writes.
/// </summary>
public abstract record AnalysisEffect
{
    private protected AnalysisEffect()
    {
    }

    /// <summary>Calls the method for the case that this effect is.</summary>
    public abstract T Match<T>(IAnalysisEffectCases<T> cases);
}

/// <summary>One method per effect, so that a new effect finds everybody who must learn it.</summary>
/// <typeparam name="T">What carrying out or describing an effect gives.</typeparam>
public interface IAnalysisEffectCases<out T>
{
    /// <summary>Read secrets.</summary>
    T ReadSecrets(ReadSecrets effect);

    /// <summary>Measure a metric.</summary>
    T TakeMeasurement(TakeMeasurement effect);

    /// <summary>End a measurement that is under way.</summary>
    T TerminateMeasurement(TerminateMeasurement effect);

    /// <summary>Clean up after measurements.</summary>
    T ForgetMeasurements(ForgetMeasurements effect);

    /// <summary>Change the run's status.</summary>
    T PatchRunStatus(PatchRunStatus effect);

    /// <summary>Tell users by a Kubernetes Event.</summary>
    T EmitRunEvent(EmitRunEvent effect);

    /// <summary>Delete the run.</summary>
    T DeleteRun(DeleteRun effect);
}

/// <summary>Read these keys in the run's namespace and decide again with <see cref="AnalysisRunObservation.Secrets"/> (ARG-5).</summary>
/// <param name="Keys">What to read.</param>
public sealed record ReadSecrets(ImmutableArray<SecretKeyReference> Keys) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.ReadSecrets(this);
}

/// <summary>Measure a metric, or go on with a measurement, and decide again with the outcome (RUN-3..5). All of a decision run side by side.</summary>
/// <param name="Task">What to measure.</param>
public sealed record TakeMeasurement(MeasurementTask Task) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.TakeMeasurement(this);
}

/// <summary>End a measurement that is under way, and decide again with the outcome (RUN-11).</summary>
/// <param name="Task">What was being measured.</param>
public sealed record TerminateMeasurement(MeasurementTask Task) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.TerminateMeasurement(this);
}

/// <summary>
/// Clean up what measurements left behind that are about to drop out of the status, such as their Jobs (RUN-17). Stands
/// before the write that forgets them: afterwards nobody would know what to clean up.
/// </summary>
/// <param name="Provider">Who took them, such as <c>job</c>.</param>
/// <param name="Measurements">The ones that go.</param>
public sealed record ForgetMeasurements(string Provider, ImmutableArray<Measurement> Measurements) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.ForgetMeasurements(this);
}

/// <summary>Change the run's status, on the main resource (RT-20). Refused when the run is no longer as it was seen.</summary>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record PatchRunStatus(JsonElement Patch) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.PatchRunStatus(this);
}

/// <summary>Tells users by a Kubernetes Event about the run (EV-40, EV-41). Stands behind the write that it tells of.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Message">The message.</param>
public sealed record EmitRunEvent(bool Warning, string Reason, string Message) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.EmitRunEvent(this);
}

/// <summary>Delete the run: its time to live is over (RUN-19).</summary>
/// <param name="Uid">The run that was seen; another of the same name stays.</param>
public sealed record DeleteRun(string Uid) : AnalysisEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IAnalysisEffectCases<T> cases) => cases.DeleteRun(this);
}
