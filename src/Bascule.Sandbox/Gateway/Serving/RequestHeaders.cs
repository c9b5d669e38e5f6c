using System.Collections.Frozen;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Headers of a request on its way to a pod: some of them belong to its body, which HTTP's client keeps apart.</summary>
internal static class RequestHeaders
{
    /// <summary>Between the client and the gateway alone, or made anew for the pod.</summary>
    private static readonly FrozenSet<string> s_notPassedOn = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect");

    /// <summary>Whether a copy of the request has the header too.</summary>
    public static bool IsPassedOn(string name) => !s_notPassedOn.Contains(name);

    /// <summary>Adds a value.</summary>
    public static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Removes all values.</summary>
    public static void Remove(HttpRequestMessage request, string name)
    {
        // Refused for a name that belongs to the body.
        if (!request.Headers.TryGetValues(name, out _) || !request.Headers.Remove(name))
            request.Content?.Headers.Remove(name);
    }
}
