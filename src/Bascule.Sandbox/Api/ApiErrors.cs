using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>The refusals of the API, each with the <c>Status</c> that Kubernetes answers with.</summary>
internal static class ApiErrors
{
    public static KubeException NotFound(ResourceType type, string name) =>
        Make(HttpStatusCode.NotFound, "NotFound", $"{type} \"{name}\" not found", Details(type, name));

    /// <summary>Nothing is served at the path.</summary>
    public static KubeException NoSuchResource() =>
        Make(HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource", new JsonObject());

    public static KubeException AlreadyExists(ResourceType type, string name) =>
        Make(HttpStatusCode.Conflict, "AlreadyExists", $"{type} \"{name}\" already exists", Details(type, name));

    /// <summary>The optimistic lock was lost.</summary>
    public static KubeException Modified(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static KubeException Conflict(ResourceType type, string name, string why) =>
        Make(HttpStatusCode.Conflict, "Conflict", $"Operation cannot be fulfilled on {type} \"{name}\": {why}", Details(type, name));

    public static KubeException BadRequest(string why) => Make(HttpStatusCode.BadRequest, "BadRequest", why, null);

    public static KubeException Forbidden(ResourceType type, string name, string why, JsonArray? causes = null)
    {
        var details = Details(type, name);
        if (causes is not null)
            details["causes"] = causes;
        return Make(HttpStatusCode.Forbidden, "Forbidden", $"{type} \"{name}\" is forbidden: {why}", details);
    }

    public static KubeException MethodNotAllowed(string why = "the server does not allow this method on the requested resource") =>
        Make(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", why, new JsonObject());

    public static KubeException UnsupportedMediaType(string why) => Make(HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType", why, new JsonObject());

    public static KubeException Unauthorized() => Make(HttpStatusCode.Unauthorized, "Unauthorized", "Unauthorized", null);

    public static KubeException TooLarge(long limit) =>
        Make(HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}", null);

    public static KubeException TooManyRequests(string why, JsonObject? details = null) => Make(HttpStatusCode.TooManyRequests, "TooManyRequests", why, details);

    public static KubeException Internal(string why) => Make(HttpStatusCode.InternalServerError, "InternalError", $"Internal error occurred: {why}", null);

    /// <summary>A watch or a page asks for history that is forgotten.</summary>
    public static KubeException Expired(string why) => Make(HttpStatusCode.Gone, "Expired", why, null);

    /// <summary>The object breaks rules; every one is a cause.</summary>
    public static KubeException Invalid(ResourceType type, string name, IReadOnlyCollection<FieldError> errors)
    {
        var texts = errors.Select(e => e.ToString()).Distinct().ToList();
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (type.Group.Length > 0)
            details["group"] = type.Group;
        details["kind"] = type.Kind;
        details["causes"] = new JsonArray([.. errors.Select(e => new JsonObject { ["reason"] = e.Reason, ["message"] = e.Message, ["field"] = e.Path })]);
        var kind = type.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Group}";
        var list = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return Make(HttpStatusCode.UnprocessableEntity, "Invalid", $"{kind} \"{name}\" is invalid: {list}", details);
    }

    /// <summary>Server-side apply met fields that others own.</summary>
    public static KubeException ApplyConflict(string message, JsonArray causes) =>
        Make(HttpStatusCode.Conflict, "Conflict", message, new JsonObject { ["causes"] = causes });

    /// <summary>A failure with a <c>Status</c> as its body.</summary>
    public static KubeException Make(HttpStatusCode code, string reason, string message, JsonObject? details)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
        };
        if (details is not null)
            status["details"] = details;
        status["code"] = (int)code;
        return new(code, reason, message) { Status = KubeObject.From(status) };
    }

    private static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (type.Group.Length > 0)
            details["group"] = type.Group;
        details["kind"] = type.Plural;
        return details;
    }
}
