using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Referenced;

namespace Bascule.Engine.Rollouts;

/// <summary>Checks what the Rollout refers to (REF-1 to REF-14), in the reference's order: existence first, then contents.</summary>
internal static class ReferenceValidation
{
    /// <summary>The first error; null when all references are good.</summary>
    public static FieldError? FirstError(RolloutObservation seen)
    {
        var templates = TemplateValidation.Of(seen);
        var canary = seen.Rollout.Spec.Canary;
        var routing = canary?.TrafficRouting;
        return ServiceValidation.Missing(seen)
            ?? templates?.Missing()
            ?? (routing is null ? null : Missing(seen, canary!, routing))
            ?? ServiceValidation.Contents(seen)
            ?? templates?.Contents()
            ?? (routing is null ? null : Contents(seen, canary!, routing));
    }

    private static FieldError? Missing(RolloutObservation seen, CanaryStrategy canary, TrafficRouting routing)
    {
        if (HasIngresses(routing) && IngressValidation.Forms(canary).Concat(IngressValidation.Missing(seen, canary)).FirstOrDefault() is { } ofIngress)
            return ofIngress;
        if (routing.Istio is { } istio && (VirtualServiceValidation.Form(istio) ?? VirtualServiceValidation.Missing(seen, routing).FirstOrDefault()) is { } ofVirtualService)
            return ofVirtualService;
        if (routing.Ambassador is { } ambassador && MappingValidation.Missing(seen, ambassador).FirstOrDefault() is { } ofMapping)
            return ofMapping;
        return routing.AppMesh is { } appMesh ? AppMeshValidation.Missing(seen, appMesh).FirstOrDefault() : null;
    }

    private static FieldError? Contents(RolloutObservation seen, CanaryStrategy canary, TrafficRouting routing)
    {
        if (HasIngresses(routing) && IngressValidation.Contents(seen, canary).FirstOrDefault() is { } ofIngress)
            return ofIngress;
        if (routing.Istio is not null && VirtualServiceValidation.Contents(seen, canary, routing).FirstOrDefault() is { } ofVirtualService)
            return ofVirtualService;
        if (routing.Ambassador is { } ambassador && MappingValidation.Contents(seen, ambassador).FirstOrDefault() is { } ofMapping)
            return ofMapping;
        return routing.AppMesh is { } appMesh ? AppMeshValidation.Contents(seen, appMesh).FirstOrDefault() : null;
    }

    private static bool HasIngresses(TrafficRouting routing) => routing is { Nginx: not null } or { Alb: not null };
}
