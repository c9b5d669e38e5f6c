using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Checks an object against a schema, in the words of the Kubernetes API.</summary>
internal static class SchemaValidator
{
    /// <summary>All violations.</summary>
    /// <param name="obj">The object after pruning and defaulting.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="emptyIsAbsent">
    /// Built-in kinds are Go structs there, where an empty text or list is the same as an absent one and an absent number
    /// is zero: only required texts, lists and objects can be missing, and an empty enum value is none.
    /// </param>
    public static ImmutableArray<FieldError> Validate(JsonObject obj, StructuralSchema schema, bool emptyIsAbsent)
    {
        var walk = new Walk(emptyIsAbsent);
        walk.Node(obj, schema);
        return [.. walk.Errors];
    }

    private sealed class Walk(bool emptyIsAbsent)
    {
        private readonly FieldCursor at = new();

        public List<FieldError> Errors { get; } = [];

        public void Node(JsonNode? node, StructuralSchema schema)
        {
            if (node is null)
            {
                if (!schema.Nullable && !schema.PreserveUnknownFields && schema.Type != SchemaType.Any)
                    WrongType("null", schema);
                return;
            }

            if (!HasType(node, schema))
            {
                WrongType(TypeName(node), schema);
                return;
            }

            Choices(node, schema);
            Limits(node, schema);
            Combinations(node, schema);
            switch (node)
            {
                case JsonObject obj:
                    Object(obj, schema);
                    break;
                case JsonArray array:
                    Array(array, schema);
                    break;
                case JsonValue text when schema.Format is { } format && !emptyIsAbsent && text.GetValueKind() == JsonValueKind.String && !ValueFormats.Holds(format, text.GetValue<string>()):
                    Report(FieldErrorType.Invalid, FieldError.Show(node), $"{at} in body must be of type {format}: {FieldError.Show(node)}");
                    break;
            }
        }

        private void Object(JsonObject obj, StructuralSchema schema)
        {
            foreach (var name in schema.Required)
            {
                if (IsMissing(obj, name, schema.Child(name)))
                    Errors.Add(FieldError.Required(at.Child(name)));
            }

            if (schema.EmbeddedResource)
            {
                foreach (var name in new[] { "apiVersion", "kind" })
                {
                    if (obj.String(name) is null or "")
                        Errors.Add(FieldError.Required(at.Child(name), "must not be empty"));
                }
            }

            foreach (var (name, value) in obj)
            {
                if (schema.Child(name) is not { } child)
                    continue;
                at.Enter(name);
                Node(value, child);
                at.Leave();
            }
        }

        private bool IsMissing(JsonObject obj, string name, StructuralSchema? child)
        {
            if (!emptyIsAbsent)
                return !obj.ContainsKey(name);
            return child?.Type is not (SchemaType.Integer or SchemaType.Number or SchemaType.Boolean) && obj[name] switch
            {
                null => true,
                JsonArray list => list.Count == 0,
                JsonValue value => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0 && child?.Default is null,
                _ => false,
            };
        }

        private void Array(JsonArray array, StructuralSchema schema)
        {
            if (schema.Items is { } items)
            {
                for (var i = 0; i < array.Count; i++)
                {
                    at.Enter(i);
                    Node(array[i], items);
                    at.Leave();
                }
            }

            if (schema.ListType is ListTopology.Set)
                Duplicates(array, item => item?.ToJsonString(Text.Relaxed));
            else if (schema.ListType is ListTopology.Map && !emptyIsAbsent)
                Duplicates(array, item => Key(item as JsonObject, schema));
        }

        private void Duplicates(JsonArray array, Func<JsonNode?, string?> identity)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < array.Count; i++)
            {
                if (identity(array[i]) is { } id && !seen.Add(id))
                    Errors.Add(new FieldError(FieldPath.Item(at.ToString(), i), FieldErrorType.Duplicate, "", id));
            }
        }

        private static string? Key(JsonObject? item, StructuralSchema schema)
        {
            if (item is null)
                return null;
            var key = new JsonObject();
            foreach (var name in schema.ListMapKeys)
                key[name] = item[name]?.DeepClone();
            return key.ToJsonString(Text.Relaxed);
        }

        private void Choices(JsonNode node, StructuralSchema schema)
        {
            if (schema.Enum.IsEmpty || (emptyIsAbsent && node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0))
                return;
            var text = node.ToJsonString(Text.Relaxed);
            if (!schema.Enum.Any(e => JsonNode.DeepEquals(Json.ToNode(e), node)))
                Report(FieldErrorType.NotSupported, text, "supported values: " + string.Join(", ", schema.Enum.Select(e => e.ValueKind == JsonValueKind.String ? $"\"{e.GetString()}\"" : e.GetRawText())));
        }

        private void Limits(JsonNode node, StructuralSchema schema)
        {
            if (schema.Limits is not { } limits)
                return;
            foreach (var (type, bad, detail) in LimitChecks.Broken(node, limits))
                Report(type, bad, detail.Length > 0 && type == FieldErrorType.Invalid ? $"{at} in body {detail}" : detail);
        }

        private void Combinations(JsonNode node, StructuralSchema schema)
        {
            if (schema.Combinators is not { } all)
                return;
            if (all.AllOf.Any(s => !Holds(node, s)))
                Report(FieldErrorType.Invalid, "\"\"", $"\"{at}\" must validate all the schemas (allOf)");
            if (!all.AnyOf.IsEmpty && !all.AnyOf.Any(s => Holds(node, s)))
                Report(FieldErrorType.Invalid, "\"\"", $"\"{at}\" must validate at least one schema (anyOf)");
            if (!all.OneOf.IsEmpty)
            {
                var held = all.OneOf.Count(s => Holds(node, s));
                if (held != 1)
                    Report(FieldErrorType.Invalid, "\"\"", $"\"{at}\" must validate one and only one schema (oneOf). Found {(held == 0 ? "none valid" : $"{held} valid alternatives")}");
            }

            if (all.Not is { } not && Holds(node, not))
                Report(FieldErrorType.Invalid, "\"\"", $"\"{at}\" must not validate the schema (not)");
        }

        private bool Holds(JsonNode node, StructuralSchema schema)
        {
            var inner = new Walk(emptyIsAbsent);
            inner.Node(node, schema);
            return inner.Errors.Count == 0;
        }

        private void WrongType(string found, StructuralSchema schema) =>
            Report(FieldErrorType.TypeInvalid, $"\"{found}\"", $"{at} in body must be of type {ExpectedType(schema)}: \"{found}\"");

        private void Report(FieldErrorType type, string? bad, string detail) => Errors.Add(new FieldError(at.ToString(), type, detail.TrimStart(), bad));
    }

    private static string ExpectedType(StructuralSchema schema) => schema.IntOrString ? "integer,string" : schema.Type switch
    {
        SchemaType.Any => "any",
        SchemaType.Object => "object",
        SchemaType.Array => "array",
        SchemaType.String => "string",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Boolean => "boolean",
    };

    private static string TypeName(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => IsWhole(node) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    private static bool HasType(JsonNode node, StructuralSchema schema)
    {
        var kind = node.GetValueKind();
        if (schema.IntOrString)
            return kind == JsonValueKind.String || IsWhole(node);
        return schema.Type switch
        {
            SchemaType.Any => true,
            SchemaType.Object => kind == JsonValueKind.Object,
            SchemaType.Array => kind == JsonValueKind.Array,
            // A quantity may be written as a bare number.
            SchemaType.String => kind == JsonValueKind.String || (schema.Format == "quantity" && kind == JsonValueKind.Number),
            SchemaType.Integer => IsWhole(node),
            SchemaType.Number => kind == JsonValueKind.Number,
            SchemaType.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
        };
    }

    private static bool IsWhole(JsonNode node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && (Json.AsInteger(value) is not null || (Json.AsDouble(value) is { } number && Math.Floor(number) == number));
}
