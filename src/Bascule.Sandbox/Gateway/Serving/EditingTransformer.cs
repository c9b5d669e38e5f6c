using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>
/// Passes a request and its answer on, changed as a rule asks, with the headers that every ingress adds:
/// <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c>.
/// </summary>
/// <param name="rule">The rule's changes.</param>
/// <param name="target">The target's, made after them.</param>
internal sealed class EditingTransformer(Edits rule, Edits target) : HttpTransformer
{
    private readonly ImmutableArray<HeaderEdit> _request = rule.Request.AddRange(target.Request);
    private readonly ImmutableArray<HeaderEdit> _response = rule.Response.AddRange(target.Response);
    private readonly PathRewrite? _path = target.Path ?? rule.Path;
    private readonly string? _host = target.Host ?? rule.Host;

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        Edit(httpContext, proxyRequest, destinationPrefix);
    }

    /// <summary>Changes a request that has the client's headers.</summary>
    public void Edit(HttpContext context, HttpRequestMessage request, string prefix)
    {
        if (_path is not null)
            request.RequestUri = RequestUtilities.MakeDestinationAddress(prefix, new PathString(_path.Apply(context.Request.Path.Value ?? "/")), context.Request.QueryString);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        headers.Remove("X-Forwarded-Proto");
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        headers.Remove("X-Forwarded-Host");
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        foreach (var edit in _request)
        {
            if (edit.Name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                headers.Host = edit.Kind == HeaderEditKind.Remove ? headers.Host : edit.Value;
                continue;
            }

            if (edit.Kind != HeaderEditKind.Add)
                RequestHeaders.Remove(request, edit.Name);
            if (edit.Kind != HeaderEditKind.Remove)
                RequestHeaders.Add(request, edit.Name, edit.Value);
        }

        if (_host is not null)
            headers.Host = _host;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var goesOn = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        foreach (var edit in _response)
        {
            if (edit.Kind == HeaderEditKind.Add)
                headers.Append(edit.Name, edit.Value);
            else if (edit.Kind == HeaderEditKind.Set)
                headers[edit.Name] = edit.Value;
            else
                headers.Remove(edit.Name);
        }

        return goesOn;
    }
}
