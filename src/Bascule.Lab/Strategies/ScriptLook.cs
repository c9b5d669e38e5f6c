using System.Collections.Immutable;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Lab.Strategies;

/// <summary>What is done by hand, at one moment.</summary>
/// <param name="Commands">The commands given so far, as one would type them.</param>
/// <param name="Pods">The pods, oldest first.</param>
public sealed record ScriptLook(ImmutableArray<string> Commands, ImmutableArray<PodLook> Pods);

/// <summary>A pod at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its label <c>version</c>.</param>
/// <param name="IsReady">It gets requests.</param>
/// <param name="IsEnding">It was told to end.</param>
public sealed record PodLook(string Name, string Version, bool IsReady, bool IsEnding)
{
    /// <summary>The pods of goprom among those of a namespace, oldest first, those that have ended left out.</summary>
    public static ImmutableArray<PodLook> Among(IEnumerable<KubeObject> pods) =>
    [
        .. pods
            .Where(p => p.Labels.GetValueOrDefault("app") == "goprom" && p.Root.Member("status").Text("phase") is not "Succeeded" and not "Failed")
            .OrderBy(p => p.CreationTimestamp)
            .ThenBy(p => p.Name, StringComparer.Ordinal)
            .Select(Of),
    ];

    private static PodLook Of(KubeObject pod) => new(
        pod.Name,
        pod.Labels.GetValueOrDefault("version", ""),
        pod.Root.Member("status").Items("conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"),
        pod.DeletionTimestamp is not null);
}
