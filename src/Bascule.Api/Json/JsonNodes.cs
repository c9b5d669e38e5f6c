using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Bascule.Api.Json;

/// <summary>Turns what was built into what is only read.</summary>
public static class JsonNodes
{
    /// <summary>An immutable copy, which owns its memory.</summary>
    public static JsonElement ToElement(this JsonNode node) => JsonSerializer.SerializeToElement(node, NodeContext.Default.JsonNode);
}

/// <summary>How nodes are written: as deep as objects are read elsewhere, because schemas in CustomResourceDefinitions pass the usual 64 levels.</summary>
[JsonSourceGenerationOptions(MaxDepth = 512)]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class NodeContext : JsonSerializerContext;
