using System.Diagnostics;
using System.Globalization;
using Bascule.Controller.Hosting;
using Bascule.Kube.Config;
using Bascule.Kube.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Benchmarks.Controller;

/// <summary>A controller in a process of its own, which tells on request how much memory it has.</summary>
internal sealed class ControllerProcess : IDisposable
{
    /// <summary>The argument that makes this program a controller; the kubeconfig follows.</summary>
    public const string Verb = "controller-process";

    private readonly Process _process;

    private ControllerProcess(Process process) => _process = process;

    /// <summary>Starts one; it acts when the task completes.</summary>
    /// <param name="kubeconfig">The cluster.</param>
    public static async Task<ControllerProcess> StartAsync(string kubeconfig)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Verb, kubeconfig]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var started = new ControllerProcess(Process.Start(start)!);
        await started.MeasureAsync();
        return started;
    }

    /// <summary>Bytes: resident as it was before the collection that the measuring needs, and live on the heap after it.</summary>
    public async Task<(long Resident, long Live)> MeasureAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the controller's process ended");
        var numbers = answer.Split(' ');
        return (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Is the controller, until nobody asks any more: one line per line that is read.</summary>
    /// <param name="kubeconfig">The cluster.</param>
    public static async Task RunAsync(string kubeconfig)
    {
        using var client = new HttpKubeClient(KubeConfig.Load(kubeconfig, null, KubeEnvironment.Process), TimeProvider.System, new Random(3));
        await using var controller = new ControllerHost(client, new ControllerHostOptions(), TimeProvider.System, new Random(2), NullLoggerFactory.Instance);
        await controller.StartAsync(default);
        while (Console.ReadLine() is not null)
        {
            using var process = Process.GetCurrentProcess();
            var resident = process.WorkingSet64;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resident} {GC.GetTotalMemory(forceFullCollection: true)}"));
        }
    }
}
