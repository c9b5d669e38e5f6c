using System.Diagnostics;
using System.Globalization;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// Makes sure that no process outlives the sandbox, even if the sandbox is killed: a small shell holds the list of
/// process groups and kills them all when its input ends, which happens when this process is gone, however it went.
/// </summary>
internal sealed class ProcessReaper : IDisposable
{
    private const string Script = """
        trap '' HUP INT TERM QUIT
        groups=' '
        while read -r change group; do
          case $change in
            +) groups="$groups$group " ;;
            -) case $groups in *" $group "*) groups="${groups%%" $group "*} ${groups#*" $group "}" ;; esac ;;
          esac
        done
        for group in $groups; do kill -s KILL -- "-$group"; done
        """;

    // Guards the shell's input: lines must not mix.
    private readonly Lock gate = new();
    private readonly Process shell;

    public ProcessReaper()
    {
        var start = new ProcessStartInfo(ProcessLauncher.NewSession)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.ArgumentList.Add("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        shell = Process.Start(start) ?? throw new SandboxException("cannot start /bin/sh, which watches over the sandbox's processes");
    }

    /// <summary>The group ends with the sandbox from now on.</summary>
    public void Watch(int group) => Tell('+', group);

    /// <summary>The group is gone, and its number may soon belong to somebody else.</summary>
    public void Forget(int group) => Tell('-', group);

    /// <summary>Kills what is still there.</summary>
    public void Dispose()
    {
        lock (gate)
            shell.StandardInput.Close();
        shell.WaitForExit();
        shell.Dispose();
    }

    private void Tell(char change, int group)
    {
        lock (gate)
        {
            shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{change} {group}"));
            shell.StandardInput.Flush();
        }
    }
}
