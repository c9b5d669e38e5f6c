using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Http.Protobuf;

/// <summary>The messages that JSON does not write as objects of their fields.</summary>
internal static class WellKnown
{
    /// <summary>Reads such a message; false when it is an ordinary one. An instant never set reads as null.</summary>
    public static bool Read(string message, ReadOnlySpan<byte> bytes, out JsonNode? value)
    {
        value = message switch
        {
            "meta.v1.Time" => Instant(bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            "meta.v1.MicroTime" => Instant(bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            "meta.v1.Duration" => $"{Number(bytes, 1) / 1_000_000_000}s",
            "resource.Quantity" => Text(bytes, 1),
            "intstr.IntOrString" => Number(bytes, 1) == 0 ? (int)Number(bytes, 2) : Text(bytes, 3),
            "meta.v1.FieldsV1" or "runtime.RawExtension" => Raw(bytes),
            _ => null,
        };
        return message is "meta.v1.Time" or "meta.v1.MicroTime" or "meta.v1.Duration" or "resource.Quantity" or "intstr.IntOrString" or "meta.v1.FieldsV1" or "runtime.RawExtension";
    }

    private static JsonNode? Instant(ReadOnlySpan<byte> bytes, string format)
    {
        if (bytes.IsEmpty)
            return null;
        var (seconds, nanoseconds) = (Number(bytes, 1), Number(bytes, 2));
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100).UtcDateTime.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static JsonNode? Raw(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader.Field != 1 || reader.Bytes.IsEmpty)
                continue;
            try
            {
                return JsonNode.Parse(reader.Bytes, documentOptions: JsonLimits.Incoming);
            }
            catch (JsonException e)
            {
                throw ApiErrors.BadRequest($"the body of the request carries raw JSON that is none: {e.Message}");
            }
        }

        return null;
    }

    private static long Number(ReadOnlySpan<byte> bytes, int field)
    {
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == field)
                return (long)reader.Number;
        }

        return 0;
    }

    private static string Text(ReadOnlySpan<byte> bytes, int field)
    {
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == field)
                return Encoding.UTF8.GetString(reader.Bytes);
        }

        return "";
    }
}
