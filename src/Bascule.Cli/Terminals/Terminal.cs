using Spectre.Console;

namespace Bascule.Cli.Terminals;

/// <summary>
/// The one place that writes to the terminal. Answers go to standard output; everything said to a person beside them goes
/// to standard error, so that <c>-o json</c> can be piped. Consoles are made on first use: most commands need only one.
/// </summary>
internal sealed class Terminal
{
    /// <summary>Columns assumed when the output is no terminal: wide enough that no table wraps in a log.</summary>
    private const int PlainWidth = 240;

    private readonly Lazy<IAnsiConsole> _out;
    private readonly Lazy<IAnsiConsole> _error;

    /// <summary>Makes a terminal over two writers.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="outputIsTerminal">Colours and live redrawing are possible on standard output.</param>
    /// <param name="errorIsTerminal">The same for standard error.</param>
    /// <param name="colour">False when the user asked for none (<c>NO_COLOR</c>).</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, bool colour)
    {
        Raw = output;
        ErrorWriter = error;
        IsInteractive = outputIsTerminal;
        _out = new(() => Open(output, outputIsTerminal, colour));
        _error = new(() => Open(error, errorIsTerminal, colour));
    }

    /// <summary>Standard output, byte for byte: for JSON, YAML and single values.</summary>
    public TextWriter Raw { get; }

    /// <summary>Standard error, byte for byte: for log lines.</summary>
    public TextWriter ErrorWriter { get; }

    /// <summary>Standard output for people.</summary>
    public IAnsiConsole Out => _out.Value;

    /// <summary>Standard error for people.</summary>
    public IAnsiConsole Error => _error.Value;

    /// <summary>True when standard output is a terminal that can be redrawn in place.</summary>
    public bool IsInteractive { get; }

    /// <summary>The terminal of this process, honouring <c>NO_COLOR</c> and redirection.</summary>
    public static Terminal ForProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Says something beside the answer.</summary>
    public void Note(string text) => Error.WriteLine(text);

    /// <summary>Says why a command failed, and what to do about it.</summary>
    /// <param name="problem">What is wrong: the field, what was found, what was expected.</param>
    /// <param name="nextStep">What the user can do; null when the problem says it.</param>
    public void Fail(string problem, string? nextStep = null)
    {
        Error.Write(new Text("error: ", new Style(Color.Red)));
        Error.WriteLine(problem);
        if (nextStep is not null)
            Error.WriteLine($"  {nextStep}");
    }

    private static IAnsiConsole Open(TextWriter writer, bool isTerminal, bool colour)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
