using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Istio's part of <c>trafficRouting</c> (SPEC-67).</summary>
public sealed record IstioRouting
{
    /// <summary>The one VirtualService; excludes the list.</summary>
    public IstioVirtualService? VirtualService { get; init; }

    /// <summary>Several VirtualServices; null when there is no list (REF-10 tells that from an empty one).</summary>
    public ImmutableArray<IstioVirtualService>? VirtualServices { get; init; }

    /// <summary>Splits by subset of one host instead of by host; null for hosts.</summary>
    public IstioDestinationRule? DestinationRule { get; init; }

    /// <summary>The VirtualServices in either form.</summary>
    public ImmutableArray<IstioVirtualService> All => VirtualService is { } one ? [one, .. VirtualServices ?? []] : VirtualServices ?? [];

    /// <summary>Reads <c>istio</c>.</summary>
    public static IstioRouting Read(JsonElement istio) => new()
    {
        VirtualService = istio.MemberOrNull("virtualService") is { } one ? IstioVirtualService.Read(one) : null,
        VirtualServices = istio.Raw("virtualServices") is { ValueKind: JsonValueKind.Array } ? [.. istio.Items("virtualServices").Select(IstioVirtualService.Read)] : null,
        DestinationRule = istio.MemberOrNull("destinationRule") is { } rule ? IstioDestinationRule.Read(rule) : null,
    };
}
