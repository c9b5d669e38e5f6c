using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Referenced;

namespace Bascule.Engine.Rollouts;

/// <summary>Checks what the Rollout refers to (REF-1 to REF-14), in the reference's order: existence first, then contents.</summary>
internal static class ReferenceValidation
{
    /// <summary>The first error; null when all references are good.</summary>
    public static FieldError? FirstError(RolloutObservation seen)
    {
        var canary = seen.Rollout.Spec.Canary;
        var templates = new TemplateValidation(seen);
        var errors = ServiceValidation.Missing(seen).Concat(templates.Missing());
        if (canary?.TrafficRouting is not { } routing)
            return errors.Concat(ServiceValidation.Contents(seen)).Concat(templates.Contents()).FirstOrDefault();
        errors = errors.Concat(IngressValidation.Forms(canary)).Concat(IngressValidation.Missing(seen, canary));
        if (routing.Istio is { } istio)
            errors = errors.Concat(VirtualServiceValidation.Form(istio) is { } form ? [form] : []).Concat(VirtualServiceValidation.Missing(seen, routing));
        if (routing.Ambassador is { } ambassador)
            errors = errors.Concat(MappingValidation.Missing(seen, ambassador));
        if (routing.AppMesh is { } appMesh)
            errors = errors.Concat(AppMeshValidation.Missing(seen, appMesh));
        errors = errors.Concat(ServiceValidation.Contents(seen)).Concat(templates.Contents())
            .Concat(IngressValidation.Contents(seen, canary))
            .Concat(VirtualServiceValidation.Contents(seen, canary, routing));
        if (routing.Ambassador is not null)
            errors = errors.Concat(MappingValidation.Contents(seen, routing.Ambassador));
        if (routing.AppMesh is not null)
            errors = errors.Concat(AppMeshValidation.Contents(seen, routing.AppMesh));
        return errors.FirstOrDefault();
    }
}
