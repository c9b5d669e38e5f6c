using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>The AWS load balancer controller's part of <c>trafficRouting</c> (SPEC-69).</summary>
public sealed record AlbRouting
{
    /// <summary>The prefix of annotations unless another is given.</summary>
    public const string DefaultAnnotationPrefix = "alb.ingress.kubernetes.io";

    /// <summary>The one Ingress; empty when not set. Excludes the list.</summary>
    public string Ingress { get; init; } = "";

    /// <summary>Several Ingresses.</summary>
    public ImmutableArray<string> Ingresses { get; init; } = [];

    /// <summary>The port of the Services that the action forwards to; 0 when not set.</summary>
    public int ServicePort { get; init; }

    /// <summary>The Service that the Ingress names, and that the action replaces; empty for the stable one.</summary>
    public string RootService { get; init; } = "";

    /// <summary>The prefix of the annotations that the controller understands.</summary>
    public string AnnotationPrefix { get; init; } = DefaultAnnotationPrefix;

    /// <summary>Whether a user stays with a version, and how long; null when not set.</summary>
    public AlbStickiness? Stickiness { get; init; }

    /// <summary>The Ingresses in either form.</summary>
    public ImmutableArray<string> All => Ingress.Length > 0 ? [Ingress, .. Ingresses] : Ingresses;

    /// <summary>Reads <c>alb</c>.</summary>
    public static AlbRouting Read(JsonElement alb) => new()
    {
        Ingress = alb.Text("ingress") ?? "",
        Ingresses = alb.Texts("ingresses"),
        ServicePort = alb.Int("servicePort") ?? 0,
        RootService = alb.Text("rootService") ?? "",
        AnnotationPrefix = alb.Text("annotationPrefix") is { Length: > 0 } prefix ? prefix : DefaultAnnotationPrefix,
        Stickiness = alb.MemberOrNull("stickinessConfig") is { } stickiness ? AlbStickiness.Read(stickiness) : null,
    };
}
