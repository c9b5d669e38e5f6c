namespace Bascule.Cli.Sandboxes;

/// <summary>Where the program keeps what must outlive a command.</summary>
internal static class StateDirectory
{
    /// <summary><c>$XDG_STATE_HOME/bascule</c>, or <c>~/.local/state/bascule</c>.</summary>
    /// <exception cref="CliException">Neither is known.</exception>
    public static string Of(CliServices services)
    {
        if (services.Variable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
            return Path.Combine(state, "bascule");
        if (services.Variable("HOME") is { Length: > 0 } home)
            return Path.Combine(home, ".local", "state", "bascule");
        throw new CliException("there is no place to keep the sandbox's state: HOME is not set", "set HOME or XDG_STATE_HOME to a directory of yours");
    }
}
