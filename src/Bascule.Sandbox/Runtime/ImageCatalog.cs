using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Runtime;

/// <summary>The images that this machine can run: names that stand for local commands.</summary>
/// <param name="images">Command lines by the last segment of an image's path; they come before the built-in ones.</param>
internal sealed partial class ImageCatalog(FrozenDictionary<string, ImmutableArray<string>> images)
{
    /// <summary>
    /// Images that people use for the commands in them. Here those are the commands of this machine: the image brings
    /// nothing but its name.
    /// </summary>
    private static readonly FrozenDictionary<string, LocalImage> s_builtIn = new Dictionary<string, LocalImage>
    {
        ["alpine"] = new([], ["/bin/sh"]),
        ["bash"] = new([], ["bash"]),
        ["busybox"] = new([], ["sh"]),
        ["curl"] = new(["curl"], []),
        ["debian"] = new([], ["bash"]),
        ["ubuntu"] = new([], ["bash"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an image runs; null when there is none of that name.</summary>
    public LocalImage? Find(string image) =>
        images.TryGetValue(ShortName(image), out var command) ? new LocalImage(command, [])
        : s_builtIn.TryGetValue(ShortName(image), out var builtIn) ? builtIn
        : null;

    /// <summary>What to tell the user of an image that is not there.</summary>
    public string Missing(string image)
    {
        var known = string.Join(", ", images.Keys.Concat(s_builtIn.Keys).Distinct().Order(StringComparer.Ordinal));
        return $"the sandbox has no image \"{ShortName(image)}\" (asked for as \"{image}\"): it runs local programs, not containers. It has {known}. "
            + "Use one of these, or start the sandbox with a command for this name (--image NAME=COMMAND).";
    }

    /// <summary>Why a text cannot name an image, in Kubernetes' words; null when it can.</summary>
    public static string? Malformed(string image) =>
        Reference().IsMatch(image) ? null : $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format";

    /// <summary>The last path segment without tag and digest: <c>registry:5000/team/goprom:1@sha256:…</c> is <c>goprom</c>.</summary>
    public static string ShortName(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        var end = name.IndexOfAny(['@', ':']);
        return end < 0 ? name : name[..end];
    }

    // host[:port]/path/segments:tag@digest; only the host may hold capitals.
    [GeneratedRegex(
        @"^([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
