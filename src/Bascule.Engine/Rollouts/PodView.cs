using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>A pod as one pass sees it.</summary>
public sealed record PodView
{
    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Since when it is ready; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>The object's name.</summary>
    public string Name => Meta.Name;

    /// <summary>It was asked to go.</summary>
    public bool IsTerminating => Meta.DeletionTimestamp is not null;

    /// <summary>It serves: not on its way out, and ready for long enough.</summary>
    /// <param name="now">The time of the pass.</param>
    /// <param name="minReadySeconds">How long a pod must have been ready.</param>
    public bool IsAvailable(DateTimeOffset now, int minReadySeconds) => !IsTerminating && ReadySince?.AddSeconds(minReadySeconds) <= now;

    /// <summary>Reads a pod; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static PodView Read(JsonElement root)
    {
        var meta = ObjectMeta.Read(root);
        var ready = root.Member("status").Items("conditions").FirstOrDefault(c => c.Text("type") == "Ready" && c.Text("status") == "True");
        return new PodView
        {
            Meta = meta,
            ReadySince = ready.ValueKind == JsonValueKind.Object ? ready.Instant("lastTransitionTime") ?? meta.CreationTimestamp : null,
        };
    }
}
