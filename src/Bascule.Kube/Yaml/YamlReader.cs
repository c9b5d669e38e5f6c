using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bascule.Kube.Yaml;

/// <summary>
/// Reads YAML, or JSON, which is YAML too, as the API's clients do: several documents, anchors, merge keys, and the
/// scalars of YAML 1.1 (<c>yes</c> is true, <c>0644</c> is 420).
/// </summary>
public sealed class YamlReader
{
    /// <summary>More nodes than any manifest has; stops a few nested anchors from filling the memory.</summary>
    private const int MaxNodes = 4_000_000;

    private readonly Parser parser;
    private readonly Dictionary<string, JsonNode?> anchors = [];
    private int nodes;

    private YamlReader(Scanner scanner) => parser = new Parser(scanner);

    /// <summary>Reads every document that is not empty.</summary>
    /// <exception cref="YamlFormatException">The text is not YAML, or is YAML that JSON cannot express.</exception>
    public static IReadOnlyList<YamlDocument> ReadAll(string text)
    {
        using var reader = new StringReader(text);
        return ReadAll(reader);
    }

    /// <inheritdoc cref="ReadAll(string)"/>
    public static IReadOnlyList<YamlDocument> ReadAll(TextReader text)
    {
        var scanner = new Scanner(text, skipComments: true);
        try
        {
            return new YamlReader(scanner).Documents();
        }
        catch (InvalidOperationException e)
        {
            // The scanner gives up in this way inside an unclosed [ or {.
            throw new YamlFormatException((int)scanner.CurrentPosition.Line, (int)scanner.CurrentPosition.Column, "found something that does not fit here, perhaps a bracket or brace is not closed", e);
        }
        catch (YamlException e)
        {
            throw new YamlFormatException((int)e.Start.Line, (int)e.Start.Column, e.InnerException?.Message ?? Bare(e.Message), e);
        }
    }

    /// <summary>The message without the position that the parser writes in front of it.</summary>
    private static string Bare(string message) =>
        message.StartsWith('(') && message.IndexOf("): ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 3)..] : message;

    private List<YamlDocument> Documents()
    {
        var documents = new List<YamlDocument>();
        parser.Consume<StreamStart>();
        while (!parser.TryConsume<StreamEnd>(out _))
        {
            var start = parser.Consume<DocumentStart>().Start;
            anchors.Clear();
            var first = parser.Current?.Start ?? start;
            if (Node() is { } root)
                documents.Add(new YamlDocument(root, (int)first.Line));
            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    private JsonNode? Node()
    {
        if (++nodes > MaxNodes)
            throw Wrong(parser.Current!, "the document is too large");
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return anchors.TryGetValue(alias.Value.Value, out var known) ? Copy(known, alias) : throw Wrong(alias, $"there is no anchor &{alias.Value.Value} before this");
        if (parser.TryConsume<Scalar>(out var scalar))
            return Remember(scalar.Anchor, YamlScalar.Read(scalar));
        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node());
            return Remember(sequence.Anchor, list);
        }

        var mapping = parser.Consume<MappingStart>();
        return Remember(mapping.Anchor, Mapping());
    }

    private JsonObject Mapping()
    {
        var map = new JsonObject();
        var merged = new List<JsonObject>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw Wrong(parser.Current!, "found a list or map as a key, expected text");
            var value = Node();
            if (key is { Value: "<<", IsPlainImplicit: true })
                merged.AddRange(Merged(key, value));
            else if (!map.TryAdd(key.Value, value))
                throw Wrong(key, $"key \"{key.Value}\" is set twice");
        }

        foreach (var source in merged)
        {
            foreach (var (name, value) in source)
            {
                if (!map.ContainsKey(name))
                    map[name] = value?.DeepClone();
            }
        }

        return map;
    }

    private static IEnumerable<JsonObject> Merged(Scalar key, JsonNode? value) => value switch
    {
        JsonObject one => [one],
        JsonArray many when many.All(m => m is JsonObject) => many.Cast<JsonObject>(),
        _ => throw Wrong(key, "found a value after <<, expected a map or a list of maps"),
    };

    private JsonNode? Copy(JsonNode? known, AnchorAlias alias)
    {
        nodes += Count(known);
        return nodes > MaxNodes ? throw Wrong(alias, "the document is too large") : known?.DeepClone();
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Sum(entry => Count(entry.Value)),
        JsonArray list => 1 + list.Sum(Count),
        _ => 1,
    };

    private JsonNode? Remember(AnchorName anchor, JsonNode? node)
    {
        if (!anchor.IsEmpty)
            anchors[anchor.Value] = node?.DeepClone();
        return node;
    }

    private static YamlFormatException Wrong(ParsingEvent at, string message) => new((int)at.Start.Line, (int)at.Start.Column, message);
}
