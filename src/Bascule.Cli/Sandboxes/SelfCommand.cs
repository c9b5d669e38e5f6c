using System.Collections.Immutable;

namespace Bascule.Cli.Sandboxes;

/// <summary>How to run this very program again.</summary>
internal static class SelfCommand
{
    /// <summary>The command line of this program with other arguments.</summary>
    public static ImmutableArray<string> With(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, "bascule.dll"), .. arguments]
            : [program, .. arguments];
    }
}
