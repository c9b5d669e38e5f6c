using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Schema;

/// <summary>Reads CustomResourceDefinitions.</summary>
internal static class CustomResources
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp", 0, "", "When the object was created.");

    /// <summary>The resources that a valid definition serves, one per served version.</summary>
    public static ImmutableArray<ServedResource> Parse(JsonElement crd)
    {
        var spec = crd.GetProperty("spec");
        var versions = spec.GetProperty("versions").EnumerateArray().ToList();
        var storage = Text(versions.First(v => Flag(v, "storage")), "name");
        return [.. versions.Where(v => Flag(v, "served")).OrderByDescending(v => Text(v, "name"), VersionOrder.Instance).Select(v => Version(spec, v, storage))];
    }

    private static ServedResource Version(JsonElement spec, JsonElement version, string storageVersion)
    {
        var names = spec.GetProperty("names");
        var kind = Text(names, "kind");
        var type = new ResourceType(Text(spec, "group"), Text(version, "name"), Text(names, "plural"), kind, Text(spec, "scope") == "Namespaced");
        var subresources = Child(version, "subresources");
        return new ServedResource(type)
        {
            Singular = Optional(names, "singular") ?? kind.ToLowerInvariant(),
            ListKind = Optional(names, "listKind") ?? kind + "List",
            ShortNames = Strings(names, "shortNames"),
            Categories = Strings(names, "categories"),
            StorageType = type with { Version = storageVersion },
            IsCustom = true,
            HasGeneration = true,
            HasStatus = Child(subresources, "status") is not null,
            Scale = Child(subresources, "scale") is { } scale
                ? new ScalePaths(Text(scale, "specReplicasPath"), Text(scale, "statusReplicasPath"), Optional(scale, "labelSelectorPath"))
                : null,
            Columns = Columns(version),
            Schema = Schema(type, version),
            DeprecationWarning = Flag(version, "deprecated") ? Optional(version, "deprecationWarning") ?? $"{type.ApiVersion} {kind} is deprecated" : null,
        };
    }

    private static StructuralSchema Schema(ResourceType type, JsonElement version)
    {
        var written = Child(Child(version, "schema"), "openAPIV3Schema") is { } root ? SchemaReader.Read(root) : StructuralSchema.Anything;
        var fields = new OrderedDictionary<string, StructuralSchema>
        {
            ["apiVersion"] = BuiltinSchemas.ByName["core.v1.Pod"].Properties["apiVersion"],
            ["kind"] = BuiltinSchemas.ByName["core.v1.Pod"].Properties["kind"],
            ["metadata"] = BuiltinSchemas.ObjectMeta,
        };
        foreach (var (name, field) in written.Properties)
            fields.TryAdd(name, field);
        return written with { Type = SchemaType.Object, Properties = fields, DefinitionName = DefinitionName(type) };
    }

    /// <summary>The group backwards, as Kubernetes names the definitions of custom resources.</summary>
    private static string DefinitionName(ResourceType type) => $"{string.Join('.', type.Group.Split('.').Reverse())}.{type.Version}.{type.Kind}";

    private static ImmutableArray<PrinterColumn> Columns(JsonElement version)
    {
        if (!version.TryGetProperty("additionalPrinterColumns", out var columns) || columns.ValueKind != JsonValueKind.Array || columns.GetArrayLength() == 0)
            return [Age];
        return
        [
            .. columns.EnumerateArray().Select(c => new PrinterColumn(
                Text(c, "name"), Text(c, "type"), Text(c, "jsonPath"),
                c.TryGetProperty("priority", out var priority) ? priority.GetInt32() : 0,
                Optional(c, "format") ?? "", Optional(c, "description") ?? "")),
        ];
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } && parent.Value.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static string? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static ImmutableArray<string> Strings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(s => s.GetString()!)] : [];
}
