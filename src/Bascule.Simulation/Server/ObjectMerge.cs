using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>
/// Lays a merge patch (RFC 7386) over an object: what the patch does not name is copied as bytes, so that a write costs a
/// few microseconds. Not thread-safe; a server has its own.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer writes to memory: there is nothing to release.")]
internal sealed class ObjectMerge
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;

    public ObjectMerge() =>
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>The object after the patch; null when the patch changes nothing.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="old">The object before.</param>
    /// <param name="patch">What to change.</param>
    /// <param name="statusOnly">The patch was sent to the status endpoint: nothing else of it counts.</param>
    /// <param name="version">The resourceVersion to give.</param>
    public KubeObject? Apply(ResourceType type, KubeObject old, JsonElement patch, bool statusOnly, long version)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        var (status, desire) = (false, false);
        foreach (var field in old.Root.EnumerateObject())
        {
            if (field.NameEquals("metadata"u8))
                continue;
            if (!Counts(type, field, statusOnly) || !Find(patch, field, out var change))
                Copy(field);
            else if (Merge(field, change))
                (status, desire) = IsStatus(type, field) ? (true, desire) : (status, true);
        }

        foreach (var field in patch.EnumerateObject())
        {
            if (field.NameEquals("metadata"u8) || !Counts(type, field, statusOnly) || Find(old.Root, field, out _) || !Add(field))
                continue;
            (status, desire) = IsStatus(type, field) ? (true, desire) : (status, true);
        }

        var metadata = Metadata(type, old, statusOnly || !patch.TryGetProperty("metadata"u8, out var named) ? default : named, desire, version);
        _writer.WriteEndObject();
        _writer.Flush();
        return status || desire || metadata ? KubeObject.Parse(_buffer.WrittenSpan) : null;
    }

    private bool Metadata(ResourceType type, KubeObject old, JsonElement patch, bool desire, long version)
    {
        var changed = false;
        _writer.WriteStartObject("metadata"u8);
        foreach (var field in old.Root.GetProperty("metadata"u8).EnumerateObject())
        {
            if (field.NameEquals("resourceVersion"u8))
                _writer.WriteString("resourceVersion"u8, version.ToString(CultureInfo.InvariantCulture));
            else if (field.NameEquals("generation"u8))
                _writer.WriteNumber("generation"u8, desire && ServerRules.HasGeneration(type) ? old.Generation + 1 : old.Generation);
            else if (IsSystem(field) || patch.ValueKind != JsonValueKind.Object || !Find(patch, field, out var change))
                Copy(field);
            else
                changed |= Merge(field, change);
        }

        if (patch.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in patch.EnumerateObject())
            {
                if (!IsSystem(field) && !Find(old.Root.GetProperty("metadata"u8), field, out _))
                    changed |= Add(field);
            }
        }

        _writer.WriteEndObject();
        return changed;
    }

    /// <summary>Writes a field that exists as the patch wants it; true when that differs.</summary>
    private bool Merge(JsonProperty field, JsonElement change)
    {
        switch (change.ValueKind)
        {
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.Object when field.Value.ValueKind == JsonValueKind.Object:
                WriteName(field);
                _writer.WriteStartObject();
                var changed = false;
                foreach (var inner in field.Value.EnumerateObject())
                {
                    if (Find(change, inner, out var deeper))
                        changed |= Merge(inner, deeper);
                    else
                        Copy(inner);
                }

                foreach (var added in change.EnumerateObject())
                {
                    if (!Find(field.Value, added, out _))
                        changed |= Add(added);
                }

                _writer.WriteEndObject();
                return changed;
            case JsonValueKind.Object:
                WriteName(field);
                WriteAdded(change);
                return true;
            default:
                WriteName(field);
                Copy(change);
                return !JsonElement.DeepEquals(field.Value, change);
        }
    }

    /// <summary>Writes a field that did not exist; false for null, which removes nothing.</summary>
    private bool Add(JsonProperty field)
    {
        if (field.Value.ValueKind == JsonValueKind.Null)
            return false;
        WriteName(field);
        WriteAdded(field.Value);
        return true;
    }

    private void WriteAdded(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Copy(value);
            return;
        }

        _writer.WriteStartObject();
        foreach (var inner in value.EnumerateObject())
            Add(inner);
        _writer.WriteEndObject();
    }

    private void Copy(JsonProperty field)
    {
        WriteName(field);
        Copy(field.Value);
    }

    private void Copy(JsonElement value) => _writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    private void WriteName(JsonProperty field)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(field);
        if (IsEscaped(name))
            _writer.WritePropertyName(field.Name);
        else
            _writer.WritePropertyName(name);
    }

    private static bool Find(JsonElement parent, JsonProperty field, out JsonElement found)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(field);
        return IsEscaped(name) ? parent.TryGetProperty(field.Name, out found) : parent.TryGetProperty(name, out found);
    }

    private static bool IsEscaped(ReadOnlySpan<byte> name) => name.Contains((byte)'\\');

    private static bool Counts(ResourceType type, JsonProperty field, bool statusOnly) =>
        statusOnly ? field.NameEquals("status"u8) : !IsStatus(type, field);

    private static bool IsStatus(ResourceType type, JsonProperty field) => field.NameEquals("status"u8) && ServerRules.HasStatus(type);

    private static bool IsSystem(JsonProperty field) =>
        field.NameEquals("uid"u8) || field.NameEquals("resourceVersion"u8) || field.NameEquals("creationTimestamp"u8)
        || field.NameEquals("generation"u8) || field.NameEquals("name"u8) || field.NameEquals("namespace"u8);
}
