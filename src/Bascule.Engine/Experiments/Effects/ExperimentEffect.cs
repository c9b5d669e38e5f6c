using System.Text.Json;

namespace Bascule.Engine.Experiments.Effects;

/// <summary>
/// One thing to do about an Experiment, as data. A closed family, told apart by <see cref="Match{T}"/> only. Every effect
/// is harmless when repeated, or refused by the API because of the <c>resourceVersion</c> or <c>uid</c> that it names.
/// </summary>
public abstract record ExperimentEffect
{
    private protected ExperimentEffect()
    {
    }

    /// <summary>Calls the method for the case that this effect is.</summary>
    public abstract T Match<T>(IExperimentEffectCases<T> cases);
}

/// <summary>
/// Read an object past the cache and decide again, with <see cref="ExperimentObservation.LookedUp"/> and the object if
/// there is one. The rest of such a decision is not carried out: what follows from an absence must not rest on a cache
/// that is behind (EX-14).
/// </summary>
/// <param name="What">What to read.</param>
public sealed record LookPastCache(LookUp What) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.LookPastCache(this);
}

/// <summary>Create the ReplicaSet of a version (EX-4). That the name exists already means: read that object and decide again.</summary>
/// <param name="Template">The version.</param>
/// <param name="Name">The ReplicaSet's name.</param>
/// <param name="Body">The whole object.</param>
public sealed record CreateExperimentReplicaSet(string Template, string Name, JsonElement Body) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.CreateReplicaSet(this);
}

/// <summary>Scale the ReplicaSet of a version (EX-8), by a merge patch on the object.</summary>
/// <param name="Template">The version; null when the Experiment does not have it any more.</param>
/// <param name="Name">The ReplicaSet's name.</param>
/// <param name="From">Its size as seen.</param>
/// <param name="To">Its new size.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record ScaleExperimentReplicaSet(string? Template, string Name, int From, int To, JsonElement Patch) : ExperimentEffect
{
    /// <summary>The direction, as texts say it.</summary>
    public string Direction => To > From ? "up" : "down";

    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.ScaleReplicaSet(this);
}

/// <summary>Note on a ReplicaSet how long it keeps its pods (EX-21), by a merge patch on the object.</summary>
/// <param name="Name">The ReplicaSet's name.</param>
/// <param name="Until">Until when.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record DelayScaleDown(string Name, DateTimeOffset Until, JsonElement Patch) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.DelayScaleDown(this);
}

/// <summary>Create the Service of a version (EX-9). That the name exists already means: read that object and decide again.</summary>
/// <param name="Template">The version.</param>
/// <param name="Name">The Service's name.</param>
/// <param name="Body">The whole object.</param>
public sealed record CreateExperimentService(string Template, string Name, JsonElement Body) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.CreateService(this);
}

/// <summary>Delete the Service of a version (EX-9).</summary>
/// <param name="Template">The version; null when the Experiment does not have it any more.</param>
/// <param name="Name">The Service's name.</param>
/// <param name="Uid">The uid it must have.</param>
public sealed record DeleteExperimentService(string? Template, string Name, string Uid) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.DeleteService(this);
}

/// <summary>Start an analysis (EX-14). That the name exists already means: read that object and decide again.</summary>
/// <param name="Analysis">The analysis.</param>
/// <param name="Name">The AnalysisRun's name.</param>
/// <param name="Body">The whole object.</param>
public sealed record StartExperimentRun(string Analysis, string Name, JsonElement Body) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.StartRun(this);
}

/// <summary>End an analysis early (EX-20), by a merge patch that sets spec.terminate.</summary>
/// <param name="Name">The AnalysisRun's name.</param>
/// <param name="Patch">The merge patch; carries no resourceVersion, because the run is being written all the time and the wish holds for every version of it.</param>
public sealed record EndExperimentRun(string Name, JsonElement Patch) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.EndRun(this);
}

/// <summary>Change the Experiment's status, on the main resource (RT-20). At most one in a decision.</summary>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record PatchExperimentStatus(JsonElement Patch) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.PatchStatus(this);
}

/// <summary>Tell users by a Kubernetes Event. Stands behind the write that it tells of; lost when that fails.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Message">The message.</param>
/// <param name="About">The Rollout that it is about; null for the Experiment itself.</param>
public sealed record EmitExperimentEvent(bool Warning, string Reason, string Message, OwningRollout? About = null) : ExperimentEffect
{
    /// <inheritdoc/>
    public override T Match<T>(IExperimentEffectCases<T> cases) => cases.EmitEvent(this);
}
