using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Puts argument values in the place of <c>{{args.NAME}}</c> (ARG-7, ARG-8).</summary>
internal static class Placeholders
{
    private const string Open = "{{";
    private const string Close = "}}";

    /// <summary>Replaces the placeholders in every string and field name of the metric.</summary>
    /// <returns>The metric, or why it cannot be resolved.</returns>
    /// <remarks>
    /// A number that an argument supplies stays a string, which <see cref="IntOrText"/> fields accept. Fields are replaced
    /// one by one, so that no value, whatever it holds, can break out of its field.
    /// </remarks>
    public static (Metric? Metric, string? Error) Resolve(Metric metric, ImmutableArray<AnalysisArgument> args)
    {
        foreach (var arg in args)
        {
            if (arg.Value is null)
                return (null, $"argument \"{arg.Name}\" was not supplied");
        }

        if (!MayHold(metric.Source))
            return (metric, null);
        // A list may name an argument twice; the last value counts, as in a map that is filled in order.
        var values = new Dictionary<string, string>();
        foreach (var arg in args)
            values[$"args.{arg.Name}"] = arg.Value!;

        try
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
                Copy(metric.Source, writer, values);
            return (Metric.Parse(JsonElement.Parse(stream.ToArray())), null);
        }
        catch (UnresolvedException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>False when no string of the metric can hold a placeholder, which saves copying it at every look.</summary>
    private static bool MayHold(JsonElement source)
    {
        var json = JsonMarshal.GetRawUtf8Value(source);
        // JSON may write a brace as an escape, too.
        return json.IndexOf("{{"u8) >= 0 || json.IndexOf("\\u007"u8) >= 0;
    }

    /// <summary>Replaces the placeholders of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="values">The values by what stands between the braces, without blanks around it.</param>
    /// <returns>The text, or why it cannot be resolved (ARG-8).</returns>
    public static (string? Text, string? Error) Resolve(string text, IReadOnlyDictionary<string, string> values)
    {
        try
        {
            return (Replace(text, values), null);
        }
        catch (UnresolvedException e)
        {
            return (null, e.Message);
        }
    }

    private static void Copy(JsonElement element, Utf8JsonWriter writer, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(Replace(property.Name, values));
                    Copy(property.Value, writer, values);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Copy(item, writer, values);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Replace(element.GetString()!, values));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static string Replace(string text, IReadOnlyDictionary<string, string> values)
    {
        if (!text.Contains(Open, StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        var at = 0;
        while (text.IndexOf(Open, at, StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = text.IndexOf(Close, open + Open.Length, StringComparison.Ordinal);
            if (close < 0)
                break;
            var tag = text[(open + Open.Length)..close];
            result.Append(text, at, open - at).Append(values.TryGetValue(tag.Trim(), out var value) ? value : throw new UnresolvedException(tag));
            at = close + Close.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private sealed class UnresolvedException(string tag) : Exception($"failed to resolve {{{{{tag}}}}}");
}
