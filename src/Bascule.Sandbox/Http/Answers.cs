using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Discovery;
using Bascule.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Writes responses.</summary>
internal static class Answers
{
    public const string JsonType = "application/json";

    /// <summary>Sends JSON bytes.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>Sends a document.</summary>
    public static Task WriteAsync(HttpContext context, int status, JsonObject body) => WriteAsync(context, status, StoredObject.Encode(body));

    /// <summary>Sends a refusal as the API's <c>Status</c>.</summary>
    public static Task WriteErrorAsync(HttpContext context, KubeException refusal)
    {
        if (refusal.Status.At("details").Int("retryAfterSeconds") is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal.Code == System.Net.HttpStatusCode.Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(context, (int)refusal.Code, System.Text.Encoding.UTF8.GetBytes(refusal.Status!.Root.GetRawText()));
    }

    /// <summary>Sends a finished document, or 304 when the client has it.</summary>
    public static async Task WriteAsync(HttpContext context, DiscoveryAnswer answer)
    {
        var response = context.Response;
        response.Headers.ETag = answer.ETag;
        response.Headers.Vary = "Accept";
        if (context.Request.Headers.IfNoneMatch.ToString() == answer.ETag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }

    /// <summary>Sends plain text.</summary>
    public static async Task WriteTextAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>The <c>Status</c> that says a deletion is done.</summary>
    public static JsonObject Success(ResourceType type, string name, string uid)
    {
        var details = new JsonObject { ["name"] = name };
        if (type.Group.Length > 0)
            details["group"] = type.Group;
        details["kind"] = type.Plural;
        details["uid"] = uid;
        return new()
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

    private static System.Text.Json.JsonElement At(this KubeObject? status, string field) => status?.Root.At(field) ?? default;
}
