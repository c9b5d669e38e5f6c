using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Patching.Apply;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    internal StoredObject Create(ServedResource resource, string? @namespace, JsonObject body, WriteOptions options)
    {
        MetadataRules.FitToPath(resource, @namespace, name: null, body);
        var metadata = MetadataRules.Of(body);
        var given = metadata.String("name") ?? "";
        var prefix = metadata.String("generateName") ?? "";
        if (given.Length == 0 && prefix.Length == 0)
            throw ApiErrors.Invalid(resource.Type, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
        NamespaceMustAccept(resource, @namespace, given);
        Clean(resource, body, options);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var next = given.Length > 0 ? body : (JsonObject)body.DeepClone();
            if (given.Length == 0)
                MetadataRules.Of(next)["name"] = Ids.NewName(prefix);
            if (TryCreate(resource, next, options) is { } written)
                return written;
            if (given.Length > 0)
                throw ApiErrors.AlreadyExists(resource.Type, given);
        }

        throw ApiErrors.AlreadyExists(resource.Type, prefix);
    }

    internal StoredObject Update(ServedResource resource, ObjectKey key, JsonObject body, string? subresource, WriteOptions options)
    {
        if (subresource == "scale")
        {
            return Change(resource, key, subresource, options, current =>
            {
                ScaleSubresource.Write(resource, current, body);
                return current;
            });
        }

        MetadataRules.FitToPath(resource, key.Namespace, key.Name, body);
        if (MetadataRules.Of(body).String("resourceVersion") is null or "" && resource.IsCustom && Store.Get(StorageOf(resource), key) is not null)
            throw ApiErrors.Invalid(resource.Type, key.Name, [FieldError.Invalid("metadata.resourceVersion", JsonValue.Create(0), "must be specified for an update")]);
        Clean(resource, body, options);
        return Change(resource, key, subresource, options, _ => (JsonObject)body.DeepClone());
    }

    /// <summary>Reads, edits and writes an object until nobody else writes it in between.</summary>
    /// <param name="resource">What it is.</param>
    /// <param name="key">Which it is.</param>
    /// <param name="subresource">The part written; null for the object itself.</param>
    /// <param name="options">Who writes, and how.</param>
    /// <param name="edit">Makes the wanted object from a copy of the current one; a resourceVersion in it is a lock.</param>
    private StoredObject Change(ServedResource resource, ObjectKey key, string? subresource, WriteOptions options, Func<JsonObject, JsonObject> edit)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var current = Get(resource, key);
            var old = Open(resource, current);
            var next = edit((JsonObject)old.DeepClone());
            CheckLocks(resource, next, old);
            Complete(resource, subresource, next, old, options);
            if (JsonNode.DeepEquals(next, old))
                return current;
            if (options.DryRun)
                return StoredObject.Unstored(next);
            if (Commit(resource, current, next, old) is { } written)
                return written;
        }

        throw ApiErrors.Modified(resource.Type, key.Name);
    }

    /// <summary>Writes the next state; an object that waited only for its last finalizer goes.</summary>
    private StoredObject? Commit(ServedResource resource, StoredObject current, JsonObject next, JsonObject old)
    {
        var storage = StorageOf(resource);
        var stored = ObjectRules.ToStorage(resource, next);
        if (MetadataRules.IsTerminating(old) && IsReadyToGo(resource, next))
            return Remove(storage, current, stored);
        using var reservation = _services.Reserve(resource, stored, current);
        var written = Store.TryWrite(storage, current, stored);
        if (written is null)
            return null;
        reservation.Keep();
        DefinitionWritten(storage, written);
        return written;
    }

    private StoredObject? Remove(StorageKey storage, StoredObject current, JsonObject? last)
    {
        var gone = Store.TryRemove(storage, current, last);
        if (gone is null)
            return null;
        _services.Release(storage, gone);
        DefinitionRemoved(storage, gone);
        return gone;
    }

    private StoredObject? TryCreate(ServedResource resource, JsonObject next, WriteOptions options)
    {
        var now = Time.GetUtcNow();
        MetadataRules.Create(resource, next, Ids.NewUid(), now);
        if (resource.HasStatus && !StatusRules.KeepsStatusOnCreate(resource))
            next.Remove("status");
        RecordOwnership(resource, subresource: null, next, old: null, options, now);
        RulesOf(resource)?.Create(next, new(now, Subresource: null));
        Check(resource, next, old: null);
        using var reservation = _services.Reserve(resource, next, current: null);
        var storage = StorageOf(resource);
        var name = MetadataRules.Of(next).String("name")!;
        if (options.DryRun)
            return Store.Get(storage, new(MetadataRules.Of(next).String("namespace"), name)) is null ? StoredObject.Unstored(next) : null;
        var written = Store.TryWrite(storage, expected: null, ObjectRules.ToStorage(resource, next));
        if (written is null)
            return null;
        reservation.Keep();
        DefinitionWritten(storage, written);
        return written;
    }

    /// <summary>Turns what was asked for into what is to be stored.</summary>
    private void Complete(ServedResource resource, string? subresource, JsonObject next, JsonObject old, WriteOptions options)
    {
        var now = Time.GetUtcNow();
        StatusRules.Separate(resource, subresource, next, old);
        MetadataRules.Update(resource, next, old);
        RecordOwnership(resource, subresource, next, old, options, now);
        RulesOf(resource)?.Update(next, old, new(now, subresource));
        Check(resource, next, old);
    }

    // Before the kind's own rules: what the server fills in belongs to nobody.
    private static void RecordOwnership(ServedResource resource, string? subresource, JsonObject next, JsonObject? old, WriteOptions options, DateTimeOffset now)
    {
        if (!options.OwnershipIsRecorded)
            FieldOwnership.RecordUpdate(resource, subresource, next, old, options.Manager, MetadataRules.Stamp(now));
    }

    private void Check(ServedResource resource, JsonObject next, JsonObject? old)
    {
        var name = MetadataRules.Of(next).String("name") ?? "";
        var errors = new List<FieldError>();
        if (old is null && ObjectName.Check(resource.Type, name) is { } malformed)
            errors.Add(malformed);
        if (old is not null && MetadataRules.CheckFinalizers(next, old) is { } added)
            errors.Add(added);
        errors.AddRange(ObjectRules.Validate(resource, next, old));
        errors.AddRange(RulesOf(resource)?.Refuse(next, old) ?? []);
        if (errors.Count > 0)
            throw ApiErrors.Invalid(resource.Type, name, errors);
    }

    private static void CheckLocks(ServedResource resource, JsonObject next, JsonObject old)
    {
        var wanted = MetadataRules.Of(next);
        var before = MetadataRules.Of(old);
        var name = before.String("name") ?? "";
        if (wanted.String("uid") is { Length: > 0 } uid && uid != before.String("uid"))
            throw ApiErrors.Conflict(resource.Type, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.String("uid")}");
        if (wanted.String("resourceVersion") is { Length: > 0 } version && version != before.String("resourceVersion"))
            throw ApiErrors.Modified(resource.Type, name);
        wanted["resourceVersion"] = before["resourceVersion"]?.DeepClone();
    }

    /// <summary>Prunes unknown fields, reports them as asked, and fills in defaults.</summary>
    private static void Clean(ServedResource resource, JsonObject body, WriteOptions options)
    {
        Prune(resource, body, options);
        ObjectRules.Default(resource, body);
    }

    private static void Prune(ServedResource resource, JsonObject body, WriteOptions options)
    {
        var unknown = ObjectRules.Prune(resource, body);
        if (unknown.Length > 0 && options.Validation == FieldValidation.Strict)
            throw ApiErrors.BadRequest($"{resource.Type.Kind} in version \"{resource.Type.Version}\" cannot be handled as a {resource.Type.Kind}: strict decoding error: {string.Join(", ", unknown.Select(p => $"unknown field \"{p}\""))}");
        if (options.Validation != FieldValidation.Warn)
            return;
        foreach (var path in unknown)
            options.Warn?.Invoke($"unknown field \"{path}\"");
    }

    private void NamespaceMustAccept(ServedResource resource, string? @namespace, string name)
    {
        if (!resource.Type.Namespaced || !resource.IsStored)
            return;
        if (string.IsNullOrEmpty(@namespace))
            throw ApiErrors.BadRequest($"an empty namespace may not be set during creation of {resource.Type}: put the namespace into the path");
        var space = Store.Get(s_namespaceStorage, new(null, @namespace)) ?? throw ApiErrors.NotFound(s_namespaces, @namespace);
        if (space.IsTerminating)
        {
            var causes = new JsonArray(new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {@namespace} is being terminated", ["field"] = "metadata.namespace" });
            throw ApiErrors.Forbidden(resource.Type, name, $"unable to create new content in namespace {@namespace} because it is being terminated", causes);
        }
    }
}
