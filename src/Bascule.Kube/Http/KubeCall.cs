using System.Text.Json.Nodes;

namespace Bascule.Kube.Http;

/// <summary>One request to an API server.</summary>
/// <param name="Method">The method.</param>
/// <param name="PathAndQuery">Path below the server's address, with the query.</param>
internal sealed record KubeCall(HttpMethod Method, string PathAndQuery)
{
    public const string Json = "application/json";

    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = Json;

    public string Accept { get; init; } = Json;

    /// <summary>"Too many requests" is the answer that the caller asks for, as from a disruption budget, and no reason to ask again.</summary>
    public bool TakesRefusal { get; init; }

    public static KubeCall Get(string pathAndQuery) => new(HttpMethod.Get, pathAndQuery);

    public KubeCall With(JsonNode body, string contentType = Json) => this with { Body = JsonBytes.Write(body), ContentType = contentType };

    /// <summary>For messages; a path holds no secret.</summary>
    public override string ToString() => $"{Method} {PathAndQuery}";
}
