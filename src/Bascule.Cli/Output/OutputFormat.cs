using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Cli.Terminals;

namespace Bascule.Cli.Output;

/// <summary>The option <c>-o</c> and what the formats for machines look like.</summary>
internal sealed class OutputFormat
{
    private const string JsonName = "json";
    private const string YamlName = "yaml";
    private const string WideName = "wide";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _format = new("--output", "-o") { Description = "How to print: json, yaml or wide", HelpName = "format" };

    /// <summary>Adds the option to a command.</summary>
    public OutputFormat(Command command)
    {
        _format.AcceptOnlyFromAmong(JsonName, YamlName, WideName);
        command.Add(_format);
    }

    /// <summary>True when people shall see more columns.</summary>
    public bool IsWide(ParseResult parsed) => parsed.GetValue(_format) == WideName;

    /// <summary>True when a machine reads the answer.</summary>
    public bool IsForMachines(ParseResult parsed) => parsed.GetValue(_format) is JsonName or YamlName;

    /// <summary>Prints for a machine.</summary>
    public void Write(ParseResult parsed, JsonNode node, Terminal terminal)
    {
        if (parsed.GetValue(_format) == YamlName)
            YamlText.Write(node, terminal.Raw);
        else
            terminal.Raw.WriteLine(Json(node));
    }

    private static string Json(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            node.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
