namespace Bascule.Cli;

/// <summary>A command cannot go on, for a reason that the user can understand and act upon.</summary>
internal sealed class CliException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="problem">What is wrong: the field, what was found, what was expected.</param>
    /// <param name="nextStep">What the user can do; null when the problem says it.</param>
    /// <param name="exitCode">One of <see cref="Lab.ExitCodes"/>.</param>
    public CliException(string problem, string? nextStep = null, int exitCode = Lab.ExitCodes.Error)
        : base(problem)
    {
        NextStep = nextStep;
        ExitCode = exitCode;
    }

    /// <summary>What the user can do.</summary>
    public string? NextStep { get; }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; }
}
