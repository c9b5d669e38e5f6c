using System.CommandLine;

namespace Bascule.Cli.Commands;

/// <summary>A word that only groups others, such as <c>get</c>.</summary>
internal sealed class CommandGroup : Command
{
    /// <summary>Makes a group.</summary>
    public CommandGroup(string name, string description, params IReadOnlyList<Command> members)
        : base(name, description)
    {
        foreach (var member in members)
            Add(member);
    }
}
