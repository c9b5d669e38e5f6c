using System.Text.Json;

namespace Bascule.Sandbox.Storage;

/// <summary>How JSON is read here. Schemas in CustomResourceDefinitions nest deeper than System.Text.Json expects.</summary>
internal static class JsonLimits
{
    private const int MaxDepth = 512;

    /// <summary>What the store wrote itself.</summary>
    public static JsonDocumentOptions Stored { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>What clients send: a field named twice is an error, because it is unclear which one is meant.</summary>
    public static JsonDocumentOptions Incoming { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
}
