namespace Bascule.Sandbox.Http;

/// <summary>The parts of a resource path.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Namespace">The namespace; null for cluster-scoped resources and for all namespaces.</param>
/// <param name="Plural">The resource.</param>
/// <param name="Name">The object; null for the collection.</param>
/// <param name="Subresource">The part of the object; null for the whole.</param>
internal sealed record ApiPath(string Group, string Version, string? Namespace, string Plural, string? Name, string? Subresource)
{
    /// <summary>Reads <c>/api/V/…</c> and <c>/apis/G/V/…</c>; null when the path names no resource.</summary>
    public static ApiPath? Parse(string path)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return steps switch
        {
            ["api", var version, .. var rest] => Parse("", version, rest),
            ["apis", var group, var version, .. var rest] => Parse(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? Parse(string group, string version, string[] rest) => rest switch
    {
        ["namespaces", var name, "status" or "finalize"] => new(group, version, null, "namespaces", name, rest[2]),
        ["namespaces", var space, var plural] => new(group, version, space, plural, null, null),
        ["namespaces", var space, var plural, var name] => new(group, version, space, plural, name, null),
        ["namespaces", var space, var plural, var name, var part] => new(group, version, space, plural, name, part),
        [var plural] => new(group, version, null, plural, null, null),
        [var plural, var name] => new(group, version, null, plural, name, null),
        [var plural, var name, var part] => new(group, version, null, plural, name, part),
        _ => null,
    };
}
