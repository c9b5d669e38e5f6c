namespace Bascule.Api.Rollouts.Traffic;

/// <summary>The kinds of routes of the Gateway API, in the order in which they are changed (TR-GW-03).</summary>
public enum GatewayApiKind
{
    /// <summary>HTTPRoute.</summary>
    HttpRoute,

    /// <summary>GRPCRoute.</summary>
    GrpcRoute,

    /// <summary>TCPRoute.</summary>
    TcpRoute,

    /// <summary>TLSRoute.</summary>
    TlsRoute,
}

/// <summary>The names of <see cref="GatewayApiKind"/> in a manifest.</summary>
public static class GatewayApiKinds
{
    /// <summary>The field that names one route; that of a list has an <c>s</c> more, that of labels <c>Selector</c>.</summary>
    public static string FieldName(this GatewayApiKind kind) => kind switch
    {
        GatewayApiKind.HttpRoute => "httpRoute",
        GatewayApiKind.GrpcRoute => "grpcRoute",
        GatewayApiKind.TcpRoute => "tcpRoute",
        GatewayApiKind.TlsRoute => "tlsRoute",
    };
}
