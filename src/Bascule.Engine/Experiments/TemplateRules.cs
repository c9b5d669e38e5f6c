using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>One version of an Experiment in one pass: its ReplicaSet, its Service and its status (EX-4 to EX-12).</summary>
/// <param name="seen">What was seen.</param>
/// <param name="template">The version.</param>
/// <param name="terminating">The Experiment is ending (EX-20).</param>
internal sealed class TemplateRules(ExperimentObservation seen, ExperimentTemplate template, bool terminating)
{
    private readonly ExperimentTemplateStatus _before = seen.Experiment.Status.Template(template.Name) ?? new() { Name = template.Name };
    private readonly ReplicaSetView? _replicaSet = ExperimentReplicaSet.Of(seen, template.Name).FirstOrDefault();
    private readonly List<ExperimentEffect> _effects = [];
    private bool _moved;
    private int? _collisions;

    /// <summary>What is done; filled by <see cref="Next"/>.</summary>
    public IReadOnlyList<ExperimentEffect> Effects => _effects;

    /// <summary>Until when pods that are not needed any more are kept; null when none are.</summary>
    public DateTimeOffset? KeptUntil { get; private set; }

    /// <summary>When the version fails unless it makes progress; null when it is not waited for, or waits for a time.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>The version's ReplicaSet; null while there is none.</summary>
    public ReplicaSetView? ReplicaSet => _replicaSet;

    /// <summary>How many pods the version shall have (EX-8).</summary>
    public int Desired => terminating || _before.Phase.IsCompleted() ? 0 : template.Replicas;

    /// <summary>The status after this pass.</summary>
    public ExperimentTemplateStatus Next()
    {
        var service = new ServiceRules(seen, template, _replicaSet, Desired);
        var services = service.Effects();
        if (_replicaSet is null)
            Create();
        _effects.AddRange(services);
        // A version that cannot have its Service ends: it would only be taken down again.
        if (_replicaSet is not null && service.Problem is null)
            Scale(_replicaSet);

        var status = Counted() with
        {
            CollisionCount = _collisions ?? _before.CollisionCount,
            ServiceName = service.Name,
            PodTemplateHash = service.Name.Length > 0 ? _replicaSet!.Hash : "",
        };
        return Assessed(status with { LastTransitionTime = Moment(status) }, service.Problem);
    }

    private void Create()
    {
        if (terminating || _before.Phase.IsCompleted())
            return;
        var collisions = ExperimentReplicaSet.Collisions(seen, template.Name);
        if (collisions > 0)
            _collisions = collisions;
        _moved = true;
        _effects.Add(new CreateExperimentReplicaSet(
            template.Name, ExperimentNames.ReplicaSet(seen.Experiment.Name, template.Name, collisions), ExperimentReplicaSet.Body(seen.Experiment, template, collisions)));
    }

    private void Scale(ReplicaSetView replicaSet)
    {
        var scale = new ScaleRules(seen, template.Name, replicaSet, Desired);
        _effects.AddRange(scale.Effects());
        _moved = scale.Scaled;
        KeptUntil = scale.KeptUntil;
    }

    private ExperimentTemplateStatus Counted() => _before with
    {
        Replicas = _replicaSet?.Current ?? 0,
        UpdatedReplicas = _replicaSet?.Current ?? 0,
        ReadyReplicas = _replicaSet?.Ready ?? 0,
        AvailableReplicas = _replicaSet?.Available ?? 0,
    };

    /// <summary>
    /// EX-11. A version under way always has such a moment, even if the write that should have recorded it was lost:
    /// without it there would be no deadline.
    /// </summary>
    private DateTimeOffset? Moment(ExperimentTemplateStatus now)
    {
        var moved = _moved || now.Replicas != _before.Replicas || now.UpdatedReplicas != _before.UpdatedReplicas
            || now.ReadyReplicas != _before.ReadyReplicas || now.AvailableReplicas != _before.AvailableReplicas;
        return moved || (_before.LastTransitionTime is null && !_before.Phase.IsCompleted()) ? seen.Now.ToWholeSeconds() : _before.LastTransitionTime;
    }

    /// <summary>EX-10.</summary>
    private ExperimentTemplateStatus Assessed(ExperimentTemplateStatus status, string? problem)
    {
        if (_before.Phase.IsCompleted())
            return status;
        if (problem is not null)
            return status with { Phase = ExperimentTemplatePhase.Error, Message = problem };
        status = status with { Message = "" };
        if (terminating)
            return status with { Phase = ExperimentTemplatePhase.Successful };
        if (status.AvailableReplicas == Desired)
            return status with { Phase = ExperimentPhases.DurationPassed(seen) ? ExperimentTemplatePhase.Successful : ExperimentTemplatePhase.Running };

        // Pods that are kept on purpose are no lack of progress.
        if (KeptUntil is null)
        {
            var deadline = (status.LastTransitionTime ?? seen.Now).AddSeconds(seen.Experiment.Spec.ProgressDeadlineSeconds);
            if (deadline <= seen.Now)
            {
                return status with
                {
                    Phase = ExperimentTemplatePhase.Failed,
                    Message = $"Template '{template.Name}' exceeded its progressDeadlineSeconds ({seen.Experiment.Spec.ProgressDeadlineSeconds})",
                };
            }

            Deadline = deadline;
        }

        return status with { Phase = ExperimentTemplatePhase.Progressing };
    }
}
