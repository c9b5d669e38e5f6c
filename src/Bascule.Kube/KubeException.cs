using System.Net;

namespace Bascule.Kube;

/// <summary>The API server refused a request; carries the fields of its <c>Status</c> answer.</summary>
public sealed class KubeException : Exception
{
    /// <summary>The reason of <see cref="IsUnreachable"/>; no server sends it.</summary>
    internal const string UnreachableReason = "Unreachable";

    /// <summary>Makes an exception from the fields of a <c>Status</c>.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="reason">The machine-readable reason, such as <c>NotFound</c> or <c>Conflict</c>.</param>
    /// <param name="message">The server's message.</param>
    /// <param name="inner">What the transport reported, if anything.</param>
    public KubeException(HttpStatusCode code, string reason, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Code { get; }

    /// <summary>The machine-readable reason; empty when the server gave none.</summary>
    public string Reason { get; }

    /// <summary>The server's whole <c>Status</c> JSON, when it sent one.</summary>
    public KubeObject? Status { get; init; }

    /// <summary>How long the server asks to wait before a retry.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The object does not exist.</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>Somebody else wrote first: look again, it is not a failure.</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>An object of that name exists.</summary>
    public bool IsAlreadyExists => Code == HttpStatusCode.Conflict && Reason == "AlreadyExists";

    /// <summary>The server understood and said no, and would again; timeouts and overload are not the request's fault.</summary>
    public bool IsRefusal => Code is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity;

    /// <summary>Nobody answered: the server is down, the address is wrong, or the connection broke.</summary>
    public bool IsUnreachable => Reason == UnreachableReason;

    /// <summary>Not now: a disruption budget forbids an eviction, or the server has too much to do.</summary>
    public bool IsTooManyRequests => Code == HttpStatusCode.TooManyRequests;

    /// <summary>The resourceVersion is no longer retained: list again.</summary>
    public bool IsExpired => Code == HttpStatusCode.Gone;
}
