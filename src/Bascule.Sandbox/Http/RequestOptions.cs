using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Reads the query parameters of the API.</summary>
internal static class RequestOptions
{
    private const int LongestManager = 128;

    public static ListQuery List(HttpRequest request, ResourceType type)
    {
        var query = request.Query;
        return new()
        {
            Labels = LabelSelector.Parse(query["labelSelector"]),
            Fields = FieldSelector.Parse(query["fieldSelector"], type),
            Limit = (int)(Number(request, "limit") ?? 0),
            Continue = query["continue"],
            ResourceVersion = query["resourceVersion"],
            Exact = query["resourceVersionMatch"] == "Exact",
        };
    }

    public static WatchQuery Watch(HttpRequest request, ResourceType type)
    {
        var query = request.Query;
        bool? initial = query["sendInitialEvents"].ToString() switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => null,
        };
        if (initial is true && query["resourceVersionMatch"] != "NotOlderThan")
            throw ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan", null);
        return new()
        {
            Labels = LabelSelector.Parse(query["labelSelector"]),
            Fields = FieldSelector.Parse(query["fieldSelector"], type),
            ResourceVersion = query["resourceVersion"],
            SendInitialEvents = initial,
        };
    }

    public static WriteOptions Write(HttpRequest request, Action<string> warn)
    {
        var query = request.Query;
        var manager = query["fieldManager"].ToString();
        if (manager.Length > LongestManager)
            throw ApiErrors.BadRequest($"fieldManager: found {manager.Length} characters, expected at most {LongestManager}");
        return new()
        {
            Manager = manager.Length > 0 ? manager : AgentName(request),
            DryRun = DryRun(query["dryRun"].ToString()),
            Validation = query["fieldValidation"].ToString() switch
            {
                "" or "Warn" => FieldValidation.Warn,
                "Strict" => FieldValidation.Strict,
                "Ignore" => FieldValidation.Ignore,
                var other => throw ApiErrors.BadRequest($"fieldValidation: found \"{other}\", expected Ignore, Warn or Strict"),
            },
            Warn = warn,
        };
    }

    /// <summary>Deletion options come in the body or in the query; the body wins.</summary>
    public static DeleteRequest Delete(HttpRequest request, JsonObject? body)
    {
        var query = request.Query;
        var policy = body.String("propagationPolicy") ?? query["propagationPolicy"].ToString();
        var orphan = body.Boolean("orphanDependents") ?? (query["orphanDependents"].ToString() is { Length: > 0 } text ? text is "true" or "1" : null);
        if (policy.Length > 0 && orphan is not null)
            throw ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: orphanDependents and deletionPropagation cannot be both set", null);
        return new()
        {
            Propagation = policy switch
            {
                "" => orphan switch { true => PropagationPolicy.Orphan, false => PropagationPolicy.Background, null => null },
                "Background" => PropagationPolicy.Background,
                "Foreground" => PropagationPolicy.Foreground,
                "Orphan" => PropagationPolicy.Orphan,
                _ => throw ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", $"DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"{policy}\": supported values: \"Background\", \"Foreground\", \"Orphan\"", null),
            },
            Uid = body.Object("preconditions").String("uid"),
            ResourceVersion = body.Object("preconditions").String("resourceVersion"),
            GracePeriodSeconds = body.Integer("gracePeriodSeconds") ?? Number(request, "gracePeriodSeconds"),
            DryRun = body.Array("dryRun") is { Count: > 0 } || DryRun(query["dryRun"].ToString()),
        };
    }

    public static Patch Patch(HttpRequest request, JsonNode body)
    {
        var media = RequestBody.MediaType(request);
        var type = media switch
        {
            "application/merge-patch+json" => PatchType.Merge,
            "application/json-patch+json" => PatchType.Json,
            "application/strategic-merge-patch+json" => PatchType.StrategicMerge,
            "application/apply-patch+yaml" or "application/apply-patch+json" => PatchType.Apply,
            _ => throw ApiErrors.UnsupportedMediaType($"the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml (found '{media}')"),
        };
        var manager = request.Query["fieldManager"].ToString();
        if (type == PatchType.Apply && manager.Length == 0)
            throw ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch", null);
        var force = request.Query["force"].ToString() is "true" or "1";
        if (force && type != PatchType.Apply)
            throw ApiErrors.Make(System.Net.HttpStatusCode.UnprocessableEntity, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch", null);
        return new(type, body) { Force = force };
    }

    public static bool IsWatch(HttpRequest request) => request.Query["watch"].ToString() is "true" or "1";

    /// <summary>A whole number in the query; null when absent.</summary>
    public static long? Number(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"{name}: found \"{text}\", expected a whole number");
    }

    private static bool DryRun(string text) => text switch
    {
        "" => false,
        "All" => true,
        _ => throw ApiErrors.BadRequest($"dryRun: found \"{text}\", expected All"),
    };

    // As the real server names writers that do not name themselves.
    private static string AgentName(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? agent : agent[..slash];
        return name.Length == 0 ? "unknown" : name[..Math.Min(name.Length, LongestManager)];
    }
}
