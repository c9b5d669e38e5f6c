using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bascule.Sandbox.Runtime;

/// <summary>What to run.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">All of its environment.</param>
/// <param name="Directory">Where it starts.</param>
internal sealed record LaunchSpec(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string Directory);

/// <summary>The program cannot be started; the message is what the user is told.</summary>
internal sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Starts programs as leaders of their own process groups.</summary>
internal static class ProcessLauncher
{
    /// <summary>Gives a program a session, and so a process group, of its own; its id stays that of the started process.</summary>
    public const string NewSession = "/usr/bin/setsid";

    /// <summary>Starts a program with its output redirected and no input.</summary>
    /// <exception cref="LaunchException">The directory or the program does not exist, or may not be run.</exception>
    public static Process Start(LaunchSpec spec)
    {
        if (!Directory.Exists(spec.Directory))
            throw new LaunchException($"workingDir \"{spec.Directory}\" does not exist on this machine");
        var program = Find(spec.Command[0], spec) ?? throw new LaunchException($"exec: \"{spec.Command[0]}\": executable file not found in $PATH of this machine");
        var start = new ProcessStartInfo(NewSession)
        {
            WorkingDirectory = spec.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in spec.Command.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        try
        {
            var process = Process.Start(start) ?? throw new LaunchException($"exec: \"{program}\": nothing was started");
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new LaunchException($"exec: \"{program}\": {e.Message}", e);
        }
    }

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process) => _ = kill(process, 15);

    /// <summary>Ends a process and its group at once; a process that was just started may not lead a group yet.</summary>
    public static void Kill(int process)
    {
        _ = kill(process, 9);
        KillGroup(process);
    }

    /// <summary>Ends what is left of a process group.</summary>
    public static void KillGroup(int group) => _ = kill(-group, 9);

    private static string? Find(string program, LaunchSpec spec)
    {
        if (program.Contains('/'))
        {
            var path = Path.GetFullPath(program, spec.Directory);
            return IsExecutable(path) ? path : null;
        }

        return spec.Environment.GetValueOrDefault("PATH", "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

#pragma warning disable SYSLIB1054 // Two integers need no marshalling, and the source generator would need unsafe code for the project.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
#pragma warning restore SYSLIB1054
}
