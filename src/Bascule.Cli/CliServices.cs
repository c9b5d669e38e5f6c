using Bascule.Cli.Terminals;

namespace Bascule.Cli;

/// <summary>What commands act through; a test replaces any part.</summary>
internal sealed record CliServices
{
    /// <summary>Where answers and messages go.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Reads an environment variable; null when it is unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The services of this process.</summary>
    public static CliServices ForProcess() => new()
    {
        Terminal = Terminal.ForProcess(),
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
    };
}
