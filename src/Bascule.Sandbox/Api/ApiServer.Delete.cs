using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>How to delete.</summary>
internal sealed record DeleteRequest
{
    /// <summary>What becomes of dependents; null for the object's own finalizers to decide.</summary>
    public PropagationPolicy? Propagation { get; init; }

    /// <summary>Delete only the object with this uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only the object at this version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Seconds a pod gets to end; null for its own setting.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Delete nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a deletion came to.</summary>
/// <param name="Object">The last state, or the state that waits for finalizers or the grace period.</param>
/// <param name="Gone">It no longer exists.</param>
internal sealed record DeleteOutcome(StoredObject Object, bool Gone);

public sealed partial class ApiServer
{
    /// <summary>Keeps an owner until its dependents are gone.</summary>
    internal const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Keeps an owner until its dependents have let go of it.</summary>
    internal const string OrphanFinalizer = "orphan";

    private const long DefaultGraceSeconds = 30;

    internal DeleteOutcome Delete(ServedResource resource, ObjectKey key, DeleteRequest request)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var current = Get(resource, key);
            if (TryDelete(resource, current, request) is { } outcome)
                return outcome;
        }

        throw ApiErrors.Modified(resource.Type, key.Name);
    }

    /// <summary>Deletes all matching objects; one that others delete meanwhile is no failure.</summary>
    internal IReadOnlyList<StoredObject> DeleteCollection(ServedResource resource, string? @namespace, ListQuery query, DeleteRequest request)
    {
        var deleted = new List<StoredObject>();
        foreach (var item in List(resource, @namespace, query).Items)
        {
            try
            {
                deleted.Add(Delete(resource, item.Key, request).Object);
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // Gone already, which is what was asked for.
            }
        }

        return deleted;
    }

    private DeleteOutcome? TryDelete(ServedResource resource, StoredObject current, DeleteRequest request)
    {
        CheckPreconditions(resource, current, request);
        var old = current.ToNode();
        var next = (JsonObject)old.DeepClone();
        if (request.Propagation is { } policy)
            SetPropagation(next, policy);
        var grace = Grace(resource, old, request);
        Mark(next, old, grace);
        if (IsReadyToGo(resource, next))
        {
            if (request.DryRun)
                return new(current, Gone: true);
            return Remove(StorageOf(resource), current, last: null) is { } gone ? new(gone, Gone: true) : null;
        }

        RulesOf(resource)?.Update(next, old, new(Time.GetUtcNow(), Subresource: null));
        if (request.DryRun)
            return new(StoredObject.Unstored(next), Gone: false);
        if (JsonNode.DeepEquals(next, old))
            return new(current, Gone: false);
        return Store.TryWrite(StorageOf(resource), current, next) is { } waiting ? new(waiting, Gone: false) : null;
    }

    private static void CheckPreconditions(ServedResource resource, StoredObject current, DeleteRequest request)
    {
        if (request.Uid is { Length: > 0 } uid && uid != current.Uid)
            throw ApiErrors.Conflict(resource.Type, current.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        var version = current.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (request.ResourceVersion is { Length: > 0 } wanted && wanted != version)
            throw ApiErrors.Conflict(resource.Type, current.Name, $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}");
    }

    private static void SetPropagation(JsonObject obj, PropagationPolicy policy)
    {
        var finalizers = MetadataRules.Finalizers(obj).Where(f => f is not (ForegroundFinalizer or OrphanFinalizer)).ToList();
        if (policy == PropagationPolicy.Foreground)
            finalizers.Add(ForegroundFinalizer);
        else if (policy == PropagationPolicy.Orphan)
            finalizers.Add(OrphanFinalizer);
        MetadataRules.SetFinalizers(obj, finalizers);
    }

    /// <summary>Sets when the object is to be gone; a later request may only shorten that.</summary>
    private void Mark(JsonObject next, JsonObject old, long grace)
    {
        var metadata = MetadataRules.Of(next);
        if (MetadataRules.IsTerminating(old))
        {
            var before = metadata.Integer("deletionGracePeriodSeconds") ?? 0;
            if (grace >= before)
                return;
            var asked = DateTimeOffset.Parse(metadata.String("deletionTimestamp")!, System.Globalization.CultureInfo.InvariantCulture).AddSeconds(-before);
            metadata["deletionTimestamp"] = MetadataRules.Stamp(asked.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            return;
        }

        metadata["deletionTimestamp"] = MetadataRules.Stamp(Time.GetUtcNow().AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (metadata.Integer("generation") is { } generation)
            metadata["generation"] = generation + 1;
    }

    /// <summary>Nothing keeps the object any more: no finalizer, no grace period, and for a namespace no content.</summary>
    private static bool IsReadyToGo(ServedResource resource, JsonObject next)
    {
        var metadata = MetadataRules.Of(next);
        if (MetadataRules.Finalizers(next).Count > 0 || metadata.Integer("deletionGracePeriodSeconds") is > 0)
            return false;
        return resource.Type is not { Group: "", Plural: "namespaces" } || next.Object("spec").Array("finalizers") is not { Count: > 0 };
    }

    // Only pods end gracefully, and only those that somebody runs.
    private static long Grace(ServedResource resource, JsonObject obj, DeleteRequest request)
    {
        if (resource.Type is not { Group: "", Plural: "pods" })
            return 0;
        var spec = obj.Object("spec");
        if (spec.String("nodeName") is null or "" || obj.Object("status").String("phase") is "Succeeded" or "Failed")
            return 0;
        return Math.Max(request.GracePeriodSeconds ?? spec.Integer("terminationGracePeriodSeconds") ?? DefaultGraceSeconds, 0);
    }
}
