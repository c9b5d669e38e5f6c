using System.Buffers;
using System.Globalization;
using System.Text;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Telemetry;

/// <summary>
/// Writes metrics in the text format of Prometheus, straight from where the values are: most are states of objects in a
/// cache, which no library of registered counters holds without a copy of its own for each.
/// </summary>
/// <param name="output">Where the text goes.</param>
internal sealed class MetricsText(IBufferWriter<byte> output)
{
    /// <summary>What an HTTP answer says of it.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private string _name = "";
    private string _heading = "";

    /// <summary>Begins a metric; one without values leaves no trace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type"><c>gauge</c>, <c>counter</c> or <c>histogram</c>.</param>
    /// <param name="help">One line that says what it is.</param>
    public void Metric(string name, string type, string help)
    {
        _name = name;
        _heading = $"# HELP {name} {help}\n# TYPE {name} {type}\n";
    }

    /// <summary>A value of the metric.</summary>
    public void Value(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Line("", value, labels, null);

    /// <summary>A value of the metric that has buckets.</summary>
    public void Value(HistogramCounts counts, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        for (var i = 0; i < counts.Bounds.Length; i++)
            Line("_bucket", counts.UpTo[i], labels, Text(counts.Bounds[i]));
        Line("_bucket", counts.Total, labels, "+Inf");
        Line("_sum", counts.Sum, labels, null);
        Line("_count", counts.Total, labels, null);
    }

    private void Line(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels, string? upTo)
    {
        Write(_heading);
        _heading = "";
        Write(_name);
        Write(suffix);
        var separator = "{";
        foreach (var (name, content) in labels)
        {
            Label(separator, name, content);
            separator = ",";
        }

        if (upTo is not null)
        {
            Label(separator, "le", upTo);
            separator = ",";
        }

        Write(separator == "," ? "} " : " ");
        Write(Text(value));
        Write("\n");
    }

    private void Label(string separator, string name, string content)
    {
        Write(separator);
        Write(name);
        Write("=\"");
        Write(content.AsSpan().IndexOfAny("\\\"\n") < 0
            ? content
            : content.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Write("\"");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
