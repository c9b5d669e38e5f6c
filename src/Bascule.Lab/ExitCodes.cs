namespace Bascule.Lab;

/// <summary>Every exit code of the program, so that a script can tell outcomes apart.</summary>
public static class ExitCodes
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Ok = 0;

    /// <summary>It failed; standard error says why and what to do next.</summary>
    public const int Error = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>A rollout did not succeed: its analysis failed or it was aborted, and traffic is back on the stable version.</summary>
    public const int RolledBack = 3;

    /// <summary>Ctrl-C or SIGTERM ended a command that had not finished, as shells report it.</summary>
    public const int Interrupted = 130;
}
