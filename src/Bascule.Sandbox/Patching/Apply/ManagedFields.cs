using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>Who owns which fields, as <c>metadata.managedFields</c> has it.</summary>
/// <param name="Entries">One per manager, operation, version and subresource.</param>
internal sealed record ManagedFields(ImmutableArray<ManagedFieldsEntry> Entries)
{
    public static ManagedFields None { get; } = new([]);

    /// <summary>The ownership an object carries.</summary>
    public static ManagedFields Of(JsonObject? obj) =>
        obj.Object("metadata").Array("managedFields") is { Count: > 0 } list
            ? new([.. list.OfType<JsonObject>().Where(e => e.Count > 0).Select(ManagedFieldsEntry.Parse)])
            : None;

    /// <summary>The set of a manager; null when it owns nothing.</summary>
    public ManagedFieldsEntry? Find(ManagerIdentity manager) => Entries.FirstOrDefault(e => e.Manager == manager);

    /// <summary>The ownership with one entry replaced, added, or removed when its set is empty.</summary>
    public ManagedFields With(ManagedFieldsEntry entry)
    {
        var others = Entries.RemoveAll(e => e.Manager == entry.Manager);
        return new(entry.Fields.IsEmpty ? others : others.Add(entry));
    }

    /// <summary>The ownership after every entry but one manager's was changed; empty ones go.</summary>
    public ManagedFields WithOthers(ManagerIdentity? manager, Func<FieldSet, FieldSet> change) =>
        new([.. Entries.Select(e => e.Manager == manager ? e : e with { Fields = change(e.Fields) }).Where(e => !e.Fields.IsEmpty)]);

    /// <summary>Writes the ownership into an object.</summary>
    public void WriteTo(JsonObject obj)
    {
        var metadata = (JsonObject)obj["metadata"]!;
        if (Entries.IsEmpty)
        {
            metadata.Remove("managedFields");
            return;
        }

        var sorted = Entries
            .OrderBy(e => e.Manager.Operation, StringComparer.Ordinal)
            .ThenBy(e => e.Time, StringComparer.Ordinal)
            .ThenBy(e => e.Manager.Name, StringComparer.Ordinal)
            .ThenBy(e => e.ApiVersion, StringComparer.Ordinal)
            .ThenBy(e => e.Manager.Subresource, StringComparer.Ordinal);
        metadata["managedFields"] = new JsonArray([.. sorted.Select(e => e.ToJson())]);
    }
}

/// <summary>Tells managers apart.</summary>
/// <param name="Name">The manager.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="ApiVersion">The version it writes; empty for appliers, which keep their entry across versions.</param>
/// <param name="Subresource">The subresource it writes; empty for the object itself.</param>
internal sealed record ManagerIdentity(string Name, string Operation, string ApiVersion, string Subresource)
{
    public static ManagerIdentity Applier(string name, string? subresource) => new(name, "Apply", "", subresource ?? "");

    public static ManagerIdentity Updater(string name, string apiVersion, string? subresource) => new(name, "Update", apiVersion, subresource ?? "");

    /// <summary>The manager as conflict messages name it.</summary>
    public override string ToString()
    {
        var text = $"\"{Name}\"";
        if (Subresource.Length > 0)
            text += $" with subresource \"{Subresource}\"";
        return Operation == "Update" ? $"{text} using {ApiVersion}" : text;
    }
}

/// <summary>What one manager owns.</summary>
/// <param name="Manager">Who.</param>
/// <param name="ApiVersion">The version the paths are in.</param>
/// <param name="Time">When it last changed something; null when unknown.</param>
/// <param name="Fields">The paths.</param>
internal sealed record ManagedFieldsEntry(ManagerIdentity Manager, string ApiVersion, string? Time, FieldSet Fields)
{
    public static ManagedFieldsEntry Parse(JsonObject entry)
    {
        var operation = entry.String("operation") ?? "Update";
        var version = entry.String("apiVersion") ?? "";
        return new(
            new(entry.String("manager") ?? "", operation, operation == "Apply" ? "" : version, entry.String("subresource") ?? ""),
            version,
            entry.String("time"),
            FieldSet.Parse(entry.Object("fieldsV1") ?? []));
    }

    public JsonObject ToJson()
    {
        var entry = new JsonObject { ["manager"] = Manager.Name, ["operation"] = Manager.Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null)
            entry["time"] = Time;
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.ToJson();
        if (Manager.Subresource.Length > 0)
            entry["subresource"] = Manager.Subresource;
        return entry;
    }
}
