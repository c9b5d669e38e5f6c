using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching;

/// <summary>JSON patches (RFC 6902).</summary>
public static class JsonPatch
{
    /// <summary>The most operations that one patch may have, as in Kubernetes.</summary>
    private const int MostOperations = 10_000;

    /// <summary>Applies all operations in order to a copy.</summary>
    /// <exception cref="Bascule.Kube.KubeException">400: not a patch; 422: an operation does not fit the document.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        if (patch.Count > MostOperations)
            throw ApiErrors.Make(System.Net.HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MostOperations}, got {patch.Count}", null);
        JsonNode? document = target.DeepClone();
        foreach (var operation in patch)
            document = Apply(document, operation as JsonObject ?? throw ApiErrors.BadRequest($"json patch: found {operation?.ToJsonString() ?? "null"}, expected an operation such as {{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}}"));
        return document as JsonObject ?? throw Refused("the result is not an object");
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation)
    {
        var path = operation.String("path") ?? throw ApiErrors.BadRequest("json patch: an operation has no 'path'");
        return operation.String("op") switch
        {
            "add" => Add(document, path, Value(operation)),
            "remove" => Remove(document, path),
            "replace" => Replace(document, path, Value(operation)),
            "move" => Move(document, From(operation), path),
            "copy" => Add(document, path, Find(document, From(operation))?.DeepClone()),
            "test" => Test(document, path, operation["value"]),
            var other => throw ApiErrors.BadRequest($"json patch: found op '{other}', expected add, remove, replace, move, copy or test"),
        };
    }

    private static JsonNode? Move(JsonNode? document, string from, string path)
    {
        var moved = Find(document, from)?.DeepClone();
        return Add(Remove(document, from), path, moved);
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.ContainsKey("value") ? operation["value"]?.DeepClone() : throw ApiErrors.BadRequest($"json patch: the operation on '{operation.String("path")}' has no 'value'");

    private static string From(JsonObject operation) =>
        operation.String("from") ?? throw ApiErrors.BadRequest($"json patch: the operation on '{operation.String("path")}' has no 'from'");

    private static JsonNode? Add(JsonNode? document, string path, JsonNode? value)
    {
        if (path.Length == 0)
            return value;
        var (parent, last) = Parent(document, path);
        if (parent is JsonObject fields)
            fields[last] = value;
        else if (parent is JsonArray items && last == "-")
            items.Add(value);
        else if (parent is JsonArray list && Index(last, list.Count) is { } index)
            list.Insert(index, value);
        else
            throw Refused($"add operation does not apply: doc is missing path: \"{path}\": missing value");
        return document;
    }

    private static JsonNode? Remove(JsonNode? document, string path)
    {
        var (parent, last) = Parent(document, path);
        var removed = parent switch
        {
            JsonObject fields => fields.Remove(last),
            JsonArray items when Index(last, items.Count - 1) is { } index => RemoveAt(items, index),
            _ => false,
        };
        return removed ? document : throw Refused($"remove operation does not apply: doc is missing path: \"{path}\": missing value");
    }

    private static bool RemoveAt(JsonArray items, int index)
    {
        items.RemoveAt(index);
        return true;
    }

    private static JsonNode? Replace(JsonNode? document, string path, JsonNode? value)
    {
        if (path.Length == 0)
            return value;
        var (parent, last) = Parent(document, path);
        if (parent is JsonObject fields && fields.ContainsKey(last))
            fields[last] = value;
        else if (parent is JsonArray items && Index(last, items.Count - 1) is { } index)
            items[index] = value;
        else
            throw Refused($"replace operation does not apply: doc is missing key: {path}: missing value");
        return document;
    }

    private static JsonNode? Test(JsonNode? document, string path, JsonNode? expected)
    {
        var found = path.Length == 0 || Exists(document, path) ? Find(document, path) : null;
        return JsonNode.DeepEquals(found, expected) ? document : throw Refused($"testing path {path} failed: test failed");
    }

    private static bool Exists(JsonNode? document, string path)
    {
        var (parent, last) = Parent(document, path);
        return parent switch
        {
            JsonObject fields => fields.ContainsKey(last),
            JsonArray items => Index(last, items.Count - 1) is not null,
            _ => false,
        };
    }

    private static JsonNode? Find(JsonNode? document, string path)
    {
        if (path.Length == 0)
            return document;
        if (!Exists(document, path))
            throw Refused($"doc is missing path: \"{path}\": missing value");
        var (parent, last) = Parent(document, path);
        return parent is JsonArray items ? items[Index(last, items.Count - 1)!.Value] : parent![last];
    }

    private static (JsonNode? Parent, string Last) Parent(JsonNode? document, string path)
    {
        if (!path.StartsWith('/'))
            throw ApiErrors.BadRequest($"json patch: found path '{path}', expected it to begin with '/'");
        var steps = path[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        var node = document;
        foreach (var step in steps.SkipLast(1))
        {
            node = node switch
            {
                JsonObject fields => fields[step],
                JsonArray items when Index(step, items.Count - 1) is { } index => items[index],
                _ => null,
            };
        }

        return (node, steps[^1]);
    }

    private static int? Index(string step, int highest) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= highest ? index : null;

    private static Kube.KubeException Refused(string why) =>
        ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", $"the server rejected our request due to an error in our request: {why}", new JsonObject());
}
