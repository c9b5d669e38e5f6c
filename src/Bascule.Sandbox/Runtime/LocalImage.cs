using System.Collections.Immutable;

namespace Bascule.Sandbox.Runtime;

/// <summary>What an image runs, in the terms of container images.</summary>
/// <param name="EntryPoint">Begins the command line unless a container's <c>command</c> replaces it; may be empty.</param>
/// <param name="Arguments">Follow unless the container says <c>command</c> or <c>args</c> itself.</param>
internal readonly record struct LocalImage(ImmutableArray<string> EntryPoint, ImmutableArray<string> Arguments)
{
    /// <summary>The command line of a container of this image.</summary>
    /// <param name="command">The container's <c>command</c>.</param>
    /// <param name="args">The container's <c>args</c>.</param>
    public IEnumerable<string> CommandLine(IReadOnlyList<string> command, IReadOnlyList<string> args) =>
        command.Count > 0 ? command.Concat(args) : EntryPoint.Concat(args.Count > 0 ? args : Arguments);
}
