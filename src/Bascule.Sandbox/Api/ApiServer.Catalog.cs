using System.Text.Json;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    private static readonly StorageKey s_definitions = new("apiextensions.k8s.io", "customresourcedefinitions");

    // Guards the replacement of the catalog, not its reading.
    private readonly Lock _serving = new();
    private volatile ResourceCatalog _catalog = ResourceCatalog.Builtin;

    /// <summary>What is served now.</summary>
    internal ResourceCatalog Catalog => _catalog;

    /// <summary>Serves what a definition says, before its writer is answered.</summary>
    private void DefinitionWritten(StorageKey storage, StoredObject written)
    {
        if (storage != s_definitions)
            return;
        lock (_serving)
        {
            // Two writers may arrive here in the other order: what counts is what the store has now.
            if (Store.Get(s_definitions, written.Key) is { } current)
                _catalog = _catalog.WithCustomResource(JsonElement.Parse(current.Json.Span, JsonLimits.Stored));
        }
    }

    private void DefinitionRemoved(StorageKey storage, StoredObject gone)
    {
        if (storage != s_definitions)
            return;
        lock (_serving)
        {
            if (Store.Get(s_definitions, gone.Key) is null)
                _catalog = _catalog.Without(gone.Name);
        }
    }
}
