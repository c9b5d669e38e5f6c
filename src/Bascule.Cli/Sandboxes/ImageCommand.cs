using System.Collections.Immutable;

namespace Bascule.Cli.Sandboxes;

/// <summary>An image the sandbox can run, as given on the command line.</summary>
/// <param name="Name">The last segment of the image's path, without tag.</param>
/// <param name="Command">The command line that stands for it.</param>
internal readonly record struct ImageCommand(string Name, ImmutableArray<string> Command)
{
    /// <summary>Reads <c>name=command with arguments</c>; arguments are split at blanks, quotes keep them together.</summary>
    public static bool TryParse(string text, out ImageCommand image)
    {
        image = default;
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
            return false;
        ImmutableArray<string> command = [.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(text[(at + 1)..])];
        if (command.IsEmpty)
            return false;
        image = new ImageCommand(text[..at], command);
        return true;
    }
}
