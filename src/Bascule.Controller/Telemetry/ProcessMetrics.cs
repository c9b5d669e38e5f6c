using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Bascule.Controller.Telemetry;

/// <summary>The program and its process (PM-27, PM-28, PM-30).</summary>
internal static class ProcessMetrics
{
    /// <summary>Writes them.</summary>
    public static void Write(MetricsText text)
    {
        var built = (typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);
        text.Metric("argo_rollouts_controller_info", "gauge", "The version of the controller; always 1.");
        text.Value(1, ("version", built[0]));
        text.Metric("build_info", "gauge", "How the controller was built; always 1. goversion is the runtime's.");
        text.Value(1, ("version", built[0]), ("goversion", RuntimeInformation.FrameworkDescription), ("goarch", Architecture), ("commit", built.Length > 1 ? built[1] : ""));
        using var process = Process.GetCurrentProcess();
        text.Metric("process_cpu_seconds_total", "counter", "Seconds of processor time.");
        text.Value(process.TotalProcessorTime.TotalSeconds);
        text.Metric("process_resident_memory_bytes", "gauge", "Bytes of memory in use.");
        text.Value(process.WorkingSet64);
        text.Metric("process_virtual_memory_bytes", "gauge", "Bytes of address space.");
        text.Value(process.VirtualMemorySize64);
        text.Metric("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.");
        text.Value(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
