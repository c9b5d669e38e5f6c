using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Bascule.Sandbox.Runtime;

/// <summary>The images that this machine can run: names that stand for local commands.</summary>
/// <param name="images">Command lines by the last segment of an image's path.</param>
internal sealed class ImageCatalog(FrozenDictionary<string, ImmutableArray<string>> images)
{
    /// <summary>The command line of an image; null when there is none.</summary>
    public ImmutableArray<string>? Find(string image) => images.TryGetValue(ShortName(image), out var command) ? command : null;

    /// <summary>What to tell the user of an image that is not there.</summary>
    public string Missing(string image)
    {
        var known = images.Count == 0 ? "no image at all" : string.Join(", ", images.Keys.Order(StringComparer.Ordinal));
        return $"the sandbox has no image \"{ShortName(image)}\" (asked for as \"{image}\"): it runs local programs, not containers. It has {known}. "
            + "Use one of these, or start the sandbox with a command for this name (--image NAME=COMMAND).";
    }

    /// <summary>The last path segment without tag and digest: <c>registry:5000/team/goprom:1@sha256:…</c> is <c>goprom</c>.</summary>
    public static string ShortName(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        var end = name.IndexOfAny(['@', ':']);
        return end < 0 ? name : name[..end];
    }
}
