using System.Text;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Discovery;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Http;

/// <summary>Turns HTTP requests into calls of the <see cref="ApiServer"/>, and its answers into responses.</summary>
internal sealed partial class ApiEndpoint
{
    private readonly ApiServer _server;
    private readonly WatchEndpoint _watches;
    private readonly SubresourceEndpoint _subresources;
    private readonly ILogger _logger;

    public ApiEndpoint(ApiServer server, SandboxApiOptions options)
    {
        _server = server;
        _watches = new(server, options);
        _subresources = new(server, options.Logs);
        _logger = options.LoggerFactory.CreateLogger<ApiEndpoint>();
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (KubeException refusal)
        {
            await Answers.WriteErrorAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer.
        }
#pragma warning disable CA1031 // The loop's boundary: one broken request must not end the server, and its client gets an answer.
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            Log.RequestFailed(_logger, e, context.Request.Method, context.Request.Path);
            await Answers.WriteErrorAsync(context, ApiErrors.Internal(e.Message));
        }
    }

    private Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        if (path is "/healthz" or "/livez" or "/readyz")
            return Answers.WriteTextAsync(context, "ok");
        var catalog = _server.Catalog;
        var route = ApiPath.Parse(path);
        if (route is null)
        {
            return DiscoveryDocuments.Answer(catalog, path, context.Request.Headers.Accept.ToString()) is { } document
                ? Answers.WriteAsync(context, document)
                : throw ApiErrors.NoSuchResource();
        }

        var resource = catalog.Find(route.Group, route.Version, route.Plural) ?? throw ApiErrors.NoSuchResource();
        if (resource.DeprecationWarning is { } warning)
            Warn(context, warning);
        if (resource.Type.Namespaced ? route is { Name: not null, Namespace: null } : route.Namespace is not null)
            throw ApiErrors.NoSuchResource();
        return route switch
        {
            { Name: null } => CollectionAsync(context, resource, route.Namespace),
            { Subresource: null } => ObjectAsync(context, resource, new(route.Namespace, route.Name), subresource: null),
            { Subresource: "status" } when resource.HasStatus => ObjectAsync(context, resource, new(route.Namespace, route.Name), "status"),
            _ => _subresources.HandleAsync(context, resource, new(route.Namespace, route.Name), route.Subresource, Options(context)),
        };
    }

    private async Task CollectionAsync(HttpContext context, ServedResource resource, string? @namespace)
    {
        var request = context.Request;
        var method = request.Method;
        if (method is "GET" && RequestOptions.IsWatch(request))
            await _watches.StreamAsync(context, resource, @namespace, RequestOptions.Watch(request, resource.Type));
        else if (method is "GET")
            await Answers.WriteAsync(context, StatusCodes.Status200OK, Presentation.Of(request, resource, _server.Time).List(_server.List(resource, @namespace, RequestOptions.List(request, resource.Type))));
        else if (method is "POST" && resource.IsStored)
            await CreateAsync(context, resource, @namespace);
        else if (method is "POST")
            await Reviews.AnswerAsync(context, resource);
        else if (method is "DELETE" && resource.Verbs.Contains("deletecollection"))
            await DeleteCollectionAsync(context, resource, @namespace);
        else
            throw ApiErrors.MethodNotAllowed();
    }

    private async Task CreateAsync(HttpContext context, ServedResource resource, string? @namespace)
    {
        var options = Options(context);
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected the object to create");
        var created = _server.Create(resource, @namespace, body, options);
        await Answers.WriteAsync(context, StatusCodes.Status201Created, Presentation.Of(context.Request, resource, _server.Time).One(created));
    }

    private async Task DeleteCollectionAsync(HttpContext context, ServedResource resource, string? @namespace)
    {
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted);
        var deleted = _server.DeleteCollection(resource, @namespace, RequestOptions.List(context.Request, resource.Type), RequestOptions.Delete(context.Request, body));
        await Answers.WriteAsync(context, StatusCodes.Status200OK, Presentation.Of(context.Request, resource, _server.Time).List(new(deleted, _server.Store.Current.Version, null, null)));
    }

    private async Task ObjectAsync(HttpContext context, ServedResource resource, ObjectKey key, string? subresource)
    {
        var request = context.Request;
        var result = (request.Method, subresource) switch
        {
            ("GET", _) => (Object: _server.Get(resource, key), Status: StatusCodes.Status200OK),
            ("PUT", _) => await UpdateAsync(context, resource, key, subresource),
            ("PATCH", _) => await PatchAsync(context, resource, key, subresource),
            ("DELETE", null) => await DeleteAsync(context, resource, key),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
        if (result.Object is { } shown)
            await Answers.WriteAsync(context, result.Status, Presentation.Of(request, resource, _server.Time).One(shown));
    }

    private async Task<(StoredObject? Object, int Status)> UpdateAsync(HttpContext context, ServedResource resource, ObjectKey key, string? subresource)
    {
        var options = Options(context);
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected the object to write");
        return (_server.Update(resource, key, body, subresource, options), StatusCodes.Status200OK);
    }

    private async Task<(StoredObject? Object, int Status)> PatchAsync(HttpContext context, ServedResource resource, ObjectKey key, string? subresource)
    {
        var options = Options(context);
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected a patch");
        var patch = RequestOptions.Patch(context.Request, body);
        var existed = patch.Type != PatchType.Apply || _server.Exists(resource, key);
        var patched = _server.Patch(resource, key, patch, subresource, options);
        return (patched, existed ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private async Task<(StoredObject? Object, int Status)> DeleteAsync(HttpContext context, ServedResource resource, ObjectKey key)
    {
        var body = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted);
        var outcome = _server.Delete(resource, key, RequestOptions.Delete(context.Request, body));
        if (!outcome.Gone)
            return (outcome.Object, StatusCodes.Status200OK);
        await Answers.WriteAsync(context, StatusCodes.Status200OK, Answers.Success(resource.Type, key.Name, outcome.Object.Uid));
        return (null, StatusCodes.Status200OK);
    }

    private static WriteOptions Options(HttpContext context) => RequestOptions.Write(context.Request, text => Warn(context, text));

    private static void Warn(HttpContext context, string text)
    {
        var line = new StringBuilder("299 - \"");
        foreach (var letter in text)
            line.Append(letter is '"' or '\\' ? $"\\{letter}" : char.IsControl(letter) || letter > '~' ? "?" : letter.ToString());
        context.Response.Headers.Append("Warning", line.Append('"').ToString());
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);
    }
}
