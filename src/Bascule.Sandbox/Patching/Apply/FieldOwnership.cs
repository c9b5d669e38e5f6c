using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>Which fields of an object can be owned at all through an endpoint. Pure.</summary>
internal static class FieldOwnership
{
    private static readonly string[] s_identity = ["apiVersion", "kind"];
    private static readonly string[] s_metadata = ["name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid", "generation", "managedFields", "resourceVersion"];

    /// <summary>Takes out what nobody owns: identity, the server's own metadata, and what the endpoint does not write.</summary>
    public static FieldSet Restrict(FieldSet set, ServedResource resource, string? subresource)
    {
        foreach (var field in s_identity)
            set.Remove(FieldSteps.Field(field));
        if (set.Children.TryGetValue("f:metadata", out var metadata))
        {
            foreach (var field in s_metadata)
                metadata.Remove(FieldSteps.Field(field));
            metadata.IsMember = false;
            if (metadata.IsEmpty)
                set.Remove("f:metadata");
        }

        if (subresource == "status")
        {
            foreach (var step in set.Children.Keys.Where(s => s != "f:status").ToList())
                set.Remove(step);
        }
        else if (resource.HasStatus)
        {
            set.Remove("f:status");
        }

        set.IsMember = false;
        return set;
    }

    /// <summary>Gives a writer the fields it changed, and takes them from everybody else.</summary>
    /// <param name="resource">What is written.</param>
    /// <param name="subresource">Through which endpoint; null for the object itself.</param>
    /// <param name="next">The object about to be written; its ownership is replaced.</param>
    /// <param name="old">The stored object; null for a creation.</param>
    /// <param name="manager">Who writes.</param>
    /// <param name="stamp">When, as metadata writes instants.</param>
    public static void RecordUpdate(ServedResource resource, string? subresource, JsonObject next, JsonObject? old, string manager, string stamp)
    {
        var managed = Base(next, old, subresource);
        var compared = FieldSets.Compare(old ?? [], next, resource.Schema);
        var changes = new FieldChanges(
            Restrict(compared.Added, resource, subresource),
            Restrict(compared.Modified, resource, subresource),
            Restrict(compared.Removed, resource, subresource));
        if (!changes.IsEmpty)
        {
            var taken = changes.Added.Union(changes.Modified);
            managed = managed.WithOthers(manager: null, set => set.Except(taken).Except(changes.Removed));
            var self = ManagerIdentity.Updater(manager, resource.Type.ApiVersion, subresource);
            if (!taken.IsEmpty)
                managed = managed.With(new(self, resource.Type.ApiVersion, stamp, (managed.Find(self)?.Fields ?? new()).Union(taken)));
        }

        managed.WriteTo(next);
    }

    // A client may rewrite the ownership itself, which is how kubectl moves from client-side to server-side apply; an
    // empty list resets it. Through a subresource it may not.
    private static ManagedFields Base(JsonObject next, JsonObject? old, string? subresource)
    {
        if (subresource is not null || next.Object("metadata")?["managedFields"] is not JsonArray given)
            return ManagedFields.Of(old);
        if (given.All(e => e is not JsonObject { Count: > 0 }))
            return ManagedFields.None;
        return ManagedFields.Of(next);
    }
}
