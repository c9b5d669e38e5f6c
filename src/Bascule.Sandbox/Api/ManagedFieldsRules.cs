using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>Writes down which manager set which fields, so that server-side apply can tell whose they are. Pure.</summary>
internal static class ManagedFieldsRules
{
    /// <summary>Gives the writer the fields that it changed.</summary>
    public static void Record(ServedResource resource, string? subresource, JsonObject next, JsonObject? old, string manager, DateTimeOffset now)
    {
    }
}
