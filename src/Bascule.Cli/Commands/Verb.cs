using System.CommandLine;

namespace Bascule.Cli.Commands;

/// <summary>One command of the program: its words, its help and its examples.</summary>
internal abstract class Verb : Command
{
    /// <summary>Makes a verb.</summary>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="examples">Command lines that the help shows, each ready to paste.</param>
    protected Verb(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Command lines that the help shows.</summary>
    public IReadOnlyList<string> Examples { get; }
}
