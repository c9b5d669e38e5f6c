using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Metrics.Web;

/// <summary>Makes a measurement of an answer (MP-WEB-03 to MP-WEB-05, MP-MX-07).</summary>
internal static class WebResponse
{
    /// <summary>As deep as conditions can look.</summary>
    private static readonly JsonDocumentOptions s_parsing = new() { MaxDepth = 200 };

    /// <summary>Reads the answer: what the path finds in JSON, or the whole body as text.</summary>
    public static MeasurementOutcome Read(HttpStatusCode code, byte[] body, JsonPathTemplate path)
    {
        if ((int)code is < 200 or >= 300)
            return MeasurementOutcome.Failed(string.Create(CultureInfo.InvariantCulture, $"received non 2xx response code: {(int)code}"));
        JsonElement json;
        try
        {
            json = JsonElement.Parse(body, s_parsing);
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body);
            return MeasurementOutcome.Measured(new Value.Text(text), text);
        }

        try
        {
            return path.First(json) is { } found
                ? MeasurementOutcome.Measured(ValueJson.Read(found), Text(found))
                : MeasurementOutcome.Failed("result of web metric produced no value");
        }
        catch (JsonPathException e)
        {
            return MeasurementOutcome.Failed($"Could not find JSONPath in body: {e.Message}");
        }
    }

    /// <summary>The value as Go writes JSON: no blanks, keys in order, because users compare what they read in a status.</summary>
    private static string Text(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = s_parsing.MaxDepth + 1 }))
            Write(value, writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(value.GetDouble()));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static string Number(double number) => Math.Abs(number) is 0 or (>= 1e-6 and < 1e21)
        ? GoNumber.Decimal(number)
        : number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
}
