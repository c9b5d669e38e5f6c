using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>A Service as one pass sees it.</summary>
/// <param name="Meta">The metadata.</param>
/// <param name="Selector"><c>spec.selector</c>.</param>
public sealed record ServiceView(ObjectMeta Meta, ImmutableSortedDictionary<string, string> Selector)
{
    /// <summary>Reads a Service; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static ServiceView Read(JsonElement root) => new(ObjectMeta.Read(root), root.Member("spec").Map("selector"));
}
