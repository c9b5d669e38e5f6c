using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Serves the parts of objects that are no plain view of them: scale, finalize, eviction and logs.</summary>
internal sealed class SubresourceEndpoint(ApiServer server, IPodLogs? logs)
{
    public Task HandleAsync(HttpContext context, ServedResource resource, ObjectKey key, string subresource, WriteOptions options) => (resource.Type, subresource, context.Request.Method) switch
    {
        (_, "scale", "GET" or "PUT" or "PATCH") when resource.Scale is not null => ScaleAsync(context, resource, key, options),
        ({ Group: "", Plural: "namespaces" }, "finalize", "PUT") => FinalizeAsync(context, resource, key, options),
        ({ Group: "", Plural: "pods" }, "eviction", "POST") => EvictAsync(context, resource, key),
        ({ Group: "", Plural: "pods" }, "log", "GET") => LogAsync(context, resource, key),
        _ when subresource == "scale" && resource.Scale is not null => throw ApiErrors.MethodNotAllowed(),
        _ => throw ApiErrors.NoSuchResource(),
    };

    private async Task ScaleAsync(HttpContext context, ServedResource resource, ObjectKey key, WriteOptions options)
    {
        var request = context.Request;
        var stored = server.Get(resource, key);
        if (request.Method == "PUT")
        {
            var body = await RequestBody.ReadObjectAsync(request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected a Scale");
            stored = server.Update(resource, key, body, "scale", options);
        }
        else if (request.Method == "PATCH")
        {
            var body = await RequestBody.ReadAsync(request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected a patch");
            stored = server.Patch(resource, key, RequestOptions.Patch(request, body), "scale", options);
        }

        await Answers.WriteAsync(context, StatusCodes.Status200OK, ScaleSubresource.Read(resource, ApiServer.Open(resource, stored)));
    }

    private async Task FinalizeAsync(HttpContext context, ServedResource resource, ObjectKey key, WriteOptions options)
    {
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected the namespace");
        var finalized = server.Update(resource, key, body, "finalize", options);
        await Answers.WriteAsync(context, StatusCodes.Status200OK, ApiServer.Present(resource, finalized));
    }

    private async Task EvictAsync(HttpContext context, ServedResource resource, ObjectKey key)
    {
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted);
        server.Evict(resource, key, RequestOptions.Delete(context.Request, body.Object("deleteOptions")));
        await Answers.WriteAsync(context, StatusCodes.Status201Created, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = StatusCodes.Status201Created,
        });
    }

    private async Task LogAsync(HttpContext context, ServedResource resource, ObjectKey key)
    {
        var stored = server.Get(resource, key);
        var pod = ApiServer.Open(resource, stored);
        var container = Container(pod, key.Name, context.Request.Query["container"].ToString());
        if (logs is null)
            throw ApiErrors.BadRequest($"container \"{container}\" in pod \"{key.Name}\" has no log: this server runs no pods");
        var request = new PodLogRequest(key, stored.Uid, container)
        {
            Follow = Flag(context, "follow"),
            Previous = Flag(context, "previous"),
            Timestamps = Flag(context, "timestamps"),
            TailLines = (int?)RequestOptions.Number(context.Request, "tailLines"),
            Since = Since(context.Request),
            LimitBytes = RequestOptions.Number(context.Request, "limitBytes"),
        };
        context.Response.ContentType = "text/plain";
        await logs.CopyAsync(request, context.Response.Body, context.RequestAborted);
    }

    private static string Container(JsonObject pod, string name, string asked)
    {
        var spec = pod.Object("spec");
        var all = (spec.Array("containers") ?? []).Concat(spec.Array("initContainers") ?? []).Select(c => (c as JsonObject).String("name") ?? "").ToList();
        if (asked.Length > 0)
            return all.Contains(asked) ? asked : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {name}");
        return all.Count == 1 ? all[0] : throw ApiErrors.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', all)}]");
    }

    private static bool Flag(HttpContext context, string name) => context.Request.Query[name].ToString() is "true" or "1";

    private DateTimeOffset? Since(HttpRequest request)
    {
        if (RequestOptions.Number(request, "sinceSeconds") is { } seconds)
            return server.Time.GetUtcNow().AddSeconds(-seconds);
        var text = request.Query["sinceTime"].ToString();
        if (text.Length == 0)
            return null;
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var instant)
            ? instant
            : throw ApiErrors.BadRequest($"sinceTime: found \"{text}\", expected an RFC 3339 instant");
    }
}
