using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>Turns what a server, or the lack of one, answered into the exception that callers know.</summary>
internal static class StatusErrors
{
    /// <summary>The most of a foreign answer that goes into a message.</summary>
    private const int LongestExcerpt = 300;

    /// <summary>From an answer that is not a success; a proxy's page serves as well as a <c>Status</c>.</summary>
    /// <param name="response">The answer's head.</param>
    /// <param name="body">Its body.</param>
    /// <param name="request">Method and path, for the message.</param>
    public static KubeException FromResponse(HttpResponseMessage response, ReadOnlySpan<byte> body, string request)
    {
        var wait = response.Headers.RetryAfter?.Delta;
        if (TryParseObject(body, out var root) && Text(root, "kind") == "Status")
            return FromStatus(root, response.StatusCode, wait);
        var said = Encoding.UTF8.GetString(body[..Math.Min(body.Length, LongestExcerpt)]).Trim();
        return new KubeException(response.StatusCode, ReasonOf(response.StatusCode), $"{request}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}{(said.Length == 0 ? "" : $": {said}")}")
        {
            RetryAfter = wait,
        };
    }

    /// <summary>From a <c>Status</c>, be it an answer's body or the object of an <c>ERROR</c> event.</summary>
    /// <param name="status">The <c>Status</c>.</param>
    /// <param name="fallback">The code when the status has none.</param>
    /// <param name="wait">What the <c>Retry-After</c> header asked for.</param>
    public static KubeException FromStatus(JsonElement status, HttpStatusCode fallback, TimeSpan? wait)
    {
        var code = status.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value > 0 ? (HttpStatusCode)value : fallback;
        if (wait is null && status.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out var count) && count > 0)
            wait = TimeSpan.FromSeconds(count);
        return new KubeException(code, Text(status, "reason") ?? ReasonOf(code), Text(status, "message") ?? $"the server answered {(int)code}")
        {
            Status = KubeObject.From(status),
            RetryAfter = wait,
        };
    }

    /// <summary>Nobody answered.</summary>
    public static KubeException Unreachable(KubeConnection connection, Exception cause)
    {
        var why = Innermost(cause) is AuthenticationException tls
            ? $"its certificate is not accepted: {tls.Message} Check certificate-authority and tls-server-name in the kubeconfig."
            : $"{Innermost(cause).Message.TrimEnd('.')}. Is it running? Start a sandbox with \"bascule up\", or name another cluster with KUBECONFIG or --context.";
        return new KubeException(HttpStatusCode.ServiceUnavailable, KubeException.UnreachableReason, $"cannot reach the Kubernetes API server at {connection}: {why}", cause);
    }

    /// <summary>No connection came about in time: the machine is busy, or something on the way swallows what is sent to it.</summary>
    public static KubeException NotConnected(KubeConnection connection, TimeSpan within, Exception cause) =>
        new(HttpStatusCode.ServiceUnavailable, KubeException.UnreachableReason, $"cannot reach the Kubernetes API server at {connection}: no connection within {within.TotalSeconds:0.#} s, tried twice. Is it running, and is the way to it open?", cause);

    /// <summary>The server answered, and then the connection broke in the middle.</summary>
    public static KubeException Broken(KubeConnection connection, string request, Exception cause) =>
        new(HttpStatusCode.ServiceUnavailable, KubeException.UnreachableReason, $"the connection to the Kubernetes API server at {connection} broke during {request}: {Innermost(cause).Message}", cause);

    private static Exception Innermost(Exception exception)
    {
        while (exception is not AuthenticationException && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    private static bool TryParseObject(ReadOnlySpan<byte> body, out JsonElement root)
    {
        root = default;
        if (body.IsEmpty || body[0] != (byte)'{')
            return false;
        try
        {
            root = JsonElement.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>The reasons Kubernetes gives for these codes when nothing more is known.</summary>
    private static string ReasonOf(HttpStatusCode code) => (int)code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        409 => "Conflict",
        410 => "Expired",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
}
