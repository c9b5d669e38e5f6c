using System.Diagnostics;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>
/// A controller of the test's own, which it may end as rudely as it likes: it looks after one namespace, and there after the
/// Rollouts that carry its instance id, which the cluster's own controller therefore leaves alone.
/// </summary>
internal sealed class TestController : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private TestController(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The label of the objects that belong to it.</summary>
    public const string InstanceLabel = "argo-rollouts.argoproj.io/controller-instance-id";

    /// <summary>Starts one.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="space">The namespace; its name is the instance id.</param>
    /// <param name="options">Options beside those of the namespace, such as <c>--leader-elect</c>.</param>
    /// <param name="variables">Environment variables beside those of the user's shell.</param>
    public static TestController Start(Cluster cluster, Space space, IEnumerable<string>? options = null, Dictionary<string, string?>? variables = null) => new(Shell.Start(
        Cluster.Program,
        ["controller", "--namespace", space.Name, "--instance-id", space.Name, .. options ?? []],
        new Dictionary<string, string?>([.. cluster.Variables, .. variables ?? []]) { ["POD_NAMESPACE"] = space.Name }));

    /// <summary>What it has said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Ends it at once, whatever it is doing (SIGKILL).</summary>
    public void Kill()
    {
        lock (_log)
            Assert.False(_process.HasExited, $"the controller ended by itself\n{_log}");
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
    }
}
