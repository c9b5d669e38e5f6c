using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bascule.Sandbox.Discovery;

/// <summary>Small helpers for writing documents.</summary>
internal static class JsonDocuments
{
    /// <summary>The bytes of one object whose members the function writes.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A list of texts under a name.</summary>
    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>An object under a name with group, version and kind.</summary>
    public static void GroupVersionKind(this Utf8JsonWriter json, string name, string group, string version, string kind)
    {
        json.WriteStartObject(name);
        json.GroupVersionKind(group, version, kind);
        json.WriteEndObject();
    }

    /// <summary>The members group, version and kind.</summary>
    public static void GroupVersionKind(this Utf8JsonWriter json, string group, string version, string kind)
    {
        json.WriteString("group", group);
        json.WriteString("version", version);
        json.WriteString("kind", kind);
    }

    /// <summary>The group and version of an apiVersion.</summary>
    public static (string Group, string Version) Split(string apiVersion) =>
        apiVersion.Split('/') is [var group, var version] ? (group, version) : ("", apiVersion);

}
