using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Http;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Tests.Http;

/// <summary>An API server on a free port, and a client that knows its token.</summary>
public sealed class TestApi : IAsyncLifetime
{
    public const string Token = "test-token";

    private SandboxApiHost? _host;

    public ApiServer Server { get; } = new(new Store(), TimeProvider.System, new Random(7));

    public HttpClient Http { get; } = new();

    public Uri Address => _host!.Address;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxApiHost.StartAsync(Server, new() { Token = Token, MaxRequestBytes = 64 << 10 }, default);
        Http.BaseAddress = _host.Address;
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }
}
