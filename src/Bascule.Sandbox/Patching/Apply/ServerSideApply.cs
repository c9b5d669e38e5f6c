using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>
/// Server-side apply: the configuration of a manager is laid over the object; fields it named before and no longer does
/// go, unless others own them; fields that others own and it would change are conflicts. Pure.
/// </summary>
internal static class ServerSideApply
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const string Kubectl = "kubectl";

    /// <summary>The object after the apply, with its ownership.</summary>
    /// <param name="request">Who applies what.</param>
    /// <param name="live">The stored object; null when it does not exist.</param>
    /// <exception cref="Kube.KubeException">409: others own fields that would change; 400: the configuration has managedFields.</exception>
    public static JsonObject Apply(ApplyRequest request, JsonObject? live)
    {
        if (request.Config.Object("metadata")?["managedFields"] is not null)
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        return Apply(request, live ?? Skeleton(request.Config), ManagedFields.Of(live), request.Force);
    }

    private static JsonObject Apply(ApplyRequest request, JsonObject live, ManagedFields before, bool force)
    {
        var schema = request.Resource.Schema;
        var self = ManagerIdentity.Applier(request.Manager, request.Subresource);
        var wanted = FieldOwnership.Restrict(FieldSets.Of(request.Config, schema), request.Resource, request.Subresource);
        var owned = before.Find(self);
        var managed = before.With(new(self, request.Resource.Type.ApiVersion, owned?.Time ?? request.Stamp, wanted));

        var next = (JsonObject)live.DeepClone();
        ApplyMerge.Lay(next, request.Config, schema);
        if (owned is not null)
            ApplyMerge.Remove(next, Abandoned(owned.Fields, managed, FieldSets.Of(request.Config, schema)), schema);

        var compared = FieldSets.Compare(live, next, schema);
        var taken = FieldOwnership.Restrict(compared.Added.Union(compared.Modified), request.Resource, request.Subresource);
        var conflicts = managed.Entries.Where(e => e.Manager != self).Select(e => (e.Manager, Fields: e.Fields.Intersect(taken))).Where(c => !c.Fields.IsEmpty).ToList();
        if (conflicts.Count > 0 && !force)
        {
            if (MayTakeOver(request, live, conflicts.Select(c => c.Fields)))
                return Apply(request, live, before, force: true);
            throw Refuse(conflicts);
        }

        managed = managed.WithOthers(self, set => set.Except(taken).Except(compared.Removed));
        SyncLastApplied(request, next);
        if (IsUnchanged(live, next, before, managed))
            return (JsonObject)live.DeepClone();
        if (managed.Find(self) is { } entry)
            managed = managed.With(entry with { Time = request.Stamp });
        managed.WriteTo(next);
        return next;
    }

    private static JsonObject Skeleton(JsonObject config) => new()
    {
        ["apiVersion"] = config["apiVersion"]?.DeepClone(),
        ["kind"] = config["kind"]?.DeepClone(),
        ["metadata"] = new JsonObject(),
    };

    // The configuration counts with all its paths here, its name and kind too: nobody owns those, yet they must stay.
    private static FieldSet Abandoned(FieldSet owned, ManagedFields managed, FieldSet config)
    {
        var kept = managed.Entries.Aggregate(config, (all, entry) => all.Union(entry.Fields));
        var gone = owned.WithParents().Except(kept.WithParents());
        gone.IsMember = false;
        return gone;
    }

    private static bool IsUnchanged(JsonObject live, JsonObject next, ManagedFields before, ManagedFields after) =>
        before.Entries.Length == after.Entries.Length
        && after.Entries.All(e => before.Find(e.Manager) is { } same && same.ApiVersion == e.ApiVersion && same.Fields.SetEquals(e.Fields))
        && JsonNode.DeepEquals(live, next);

    /// <summary>
    /// kubectl takes over, without conflict, what it applied from the client side before: the fields whose live values
    /// are still those of its last configuration.
    /// </summary>
    private static bool MayTakeOver(ApplyRequest request, JsonObject live, IEnumerable<FieldSet> conflicts)
    {
        if (request.Manager != Kubectl || Annotation(live) is not { } text)
            return false;
        JsonObject? last;
        try
        {
            last = JsonNode.Parse(text, documentOptions: JsonLimits.Stored) as JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }

        if (last is null || last.String("apiVersion") != request.Resource.Type.ApiVersion)
            return false;
        var schema = request.Resource.Schema;
        var changed = FieldSets.Compare(last, live, schema);
        var own = FieldSets.Of(last, schema).Except(changed.Added).Except(changed.Modified).Except(changed.Removed);
        return conflicts.All(c => c.Except(own).IsEmpty);
    }

    private static void SyncLastApplied(ApplyRequest request, JsonObject next)
    {
        if (request.Manager != Kubectl || Annotation(next) is null)
            return;
        var config = (JsonObject)request.Config.DeepClone();
        config.Object("metadata").Object("annotations")?.Remove(LastApplied);
        next.Object("metadata").Object("annotations")![LastApplied] = Encoding.UTF8.GetString(StoredObject.Encode(config)) + "\n";
    }

    private static string? Annotation(JsonObject obj) => obj.Object("metadata").Object("annotations").String(LastApplied);

    private static Kube.KubeException Refuse(List<(ManagerIdentity Manager, FieldSet Fields)> conflicts)
    {
        var all = conflicts
            .OrderBy(c => c.Manager.ToString(), StringComparer.Ordinal)
            .Select(c => (Manager: c.Manager.ToString(), Paths: c.Fields.Paths().ToList()))
            .ToList();
        var causes = new JsonArray([.. all.SelectMany(c => c.Paths.Select(p => new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {c.Manager}", ["field"] = p }))]);
        var message = causes.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {all[0].Manager}: {all[0].Paths[0]}"
            : $"Apply failed with {causes.Count} conflicts: {string.Join('\n', all.SelectMany(c => c.Paths.Select(p => $"- {p}").Prepend($"conflicts with {c.Manager}:")))}";
        return ApiErrors.ApplyConflict(message, causes);
    }
}

/// <summary>One server-side apply.</summary>
/// <param name="Resource">What is applied.</param>
/// <param name="Config">The configuration; it names everything its manager wants to own.</param>
/// <param name="Manager">Who applies.</param>
/// <param name="Subresource">Through which endpoint; null for the object itself.</param>
/// <param name="Force">Take over what others own.</param>
/// <param name="Stamp">When, as metadata writes instants.</param>
internal sealed record ApplyRequest(ServedResource Resource, JsonObject Config, string Manager, string? Subresource, bool Force, string Stamp);
