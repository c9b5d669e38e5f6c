using System.Buffers;
using System.Text;
using Bascule.Controller.Telemetry;

namespace Bascule.Controller.Tests.Telemetry;

/// <summary>What metrics look like to Prometheus.</summary>
internal static class TestScrape
{
    /// <summary>The lines that are values.</summary>
    public static IReadOnlyList<string> Of(Action<MetricsText> write) => [.. Whole(write).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#')];

    /// <summary>The whole text.</summary>
    public static string Whole(Action<MetricsText> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new MetricsText(output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
