using Bascule.Api;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the Services that a Rollout switches (REF-1 to REF-3).</summary>
internal static class ServiceValidation
{
    /// <summary>REF-1: the Services exist.</summary>
    /// <returns>The first error; null for none.</returns>
    public static FieldError? Missing(RolloutObservation seen)
    {
        foreach (var (path, name) in RolloutFacts.Of(seen.Rollout).Services)
        {
            if (seen.Service(name) is null)
                return FieldError.Invalid(path, name, $"services \"{name}\" not found");
        }

        return null;
    }

    /// <summary>REF-2, REF-3: they select the Rollout's pods, and no other Rollout manages them.</summary>
    /// <returns>The first error; null for none.</returns>
    public static FieldError? Contents(RolloutObservation seen)
    {
        var facts = RolloutFacts.Of(seen.Rollout);
        foreach (var (path, name) in facts.Services)
        {
            if (seen.Service(name) is not { } service)
                continue;
            foreach (var (key, value) in service.Selector)
            {
                if (key != Labels.PodTemplateHash && facts.PodLabels.GetValueOrDefault(key) != value)
                    return FieldError.Invalid(path, name, $"the Service \"{name}\" selects pods by {key}={value}, which is not among the labels of the pod template");
            }

            if (service.Meta.Annotations.TryGetValue(Annotations.ManagedBy, out var manager) && manager != seen.Rollout.Name)
                return FieldError.Invalid(path, name, $"the Service \"{name}\" is managed by another Rollout, \"{manager}\"");
        }

        return null;
    }
}
