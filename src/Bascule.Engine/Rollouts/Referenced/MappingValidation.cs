using Bascule.Api.Json;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the Mappings of Ambassador (REF-12).</summary>
internal static class MappingValidation
{
    private const string At = "spec.strategy.canary.trafficRouting.ambassador.mappings";

    /// <summary>There are Mappings, and they exist.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen, AmbassadorRouting ambassador)
    {
        if (ambassador.Mappings.IsEmpty)
            yield return FieldError.Invalid(At, "null", "must name at least one Mapping");
        foreach (var name in ambassador.Mappings)
        {
            var reference = Reference(seen, name);
            if (seen.IsMissing(reference))
                yield return FieldError.Invalid(At, name, $"{reference.Resource} \"{name}\" not found");
        }
    }

    /// <summary>Nobody else has given a Mapping a weight.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen, AmbassadorRouting ambassador) =>
        from name in ambassador.Mappings
        let mapping = seen.Find(Reference(seen, name))
        where mapping?.Root.Member("spec").Long("weight") is not (null or 0)
        select FieldError.Invalid("spec.weight", name, $"the Mapping \"{name}\" has a weight of its own, expected none");

    private static ObjectReference Reference(RolloutObservation seen, string name) => new(ReferencedKind.AmbassadorMapping, seen.Rollout.Meta.Namespace, name);
}
