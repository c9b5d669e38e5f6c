using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>ingress-nginx's part of <c>trafficRouting</c> (SPEC-68).</summary>
public sealed record NginxRouting
{
    /// <summary>The prefix of annotations unless another is given.</summary>
    public const string DefaultAnnotationPrefix = "nginx.ingress.kubernetes.io";

    /// <summary>The prefix of the annotations that ingress-nginx understands.</summary>
    public string AnnotationPrefix { get; init; } = DefaultAnnotationPrefix;

    /// <summary>The one Ingress of the stable version; empty when not set. Excludes the list.</summary>
    public string StableIngress { get; init; } = "";

    /// <summary>Several Ingresses of the stable version.</summary>
    public ImmutableArray<string> StableIngresses { get; init; } = [];

    /// <summary>Annotations for the canary Ingress, to which the prefix is added.</summary>
    public ImmutableSortedDictionary<string, string> AdditionalIngressAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations for the canary Ingress, as they are.</summary>
    public ImmutableSortedDictionary<string, string> CanaryIngressAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The Ingresses in either form.</summary>
    public ImmutableArray<string> All => StableIngress.Length > 0 ? [StableIngress, .. StableIngresses] : StableIngresses;

    /// <summary>Reads <c>nginx</c>.</summary>
    public static NginxRouting Read(JsonElement nginx) => new()
    {
        AnnotationPrefix = nginx.Text("annotationPrefix") is { Length: > 0 } prefix ? prefix : DefaultAnnotationPrefix,
        StableIngress = nginx.Text("stableIngress") ?? "",
        StableIngresses = nginx.Texts("stableIngresses"),
        AdditionalIngressAnnotations = nginx.Map("additionalIngressAnnotations"),
        CanaryIngressAnnotations = nginx.Map("canaryIngressAnnotations"),
    };
}
