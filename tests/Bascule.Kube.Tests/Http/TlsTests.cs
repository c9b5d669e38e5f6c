using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bascule.Kube.Config;
using Bascule.Kube.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Tests.Http;

public sealed class TlsTests : IAsyncLifetime
{
    private static readonly ObjectKey Key = new("n", "p");

    private readonly X509Certificate2 _certificate = SelfSigned("CN=server", IPAddress.Loopback);
    private readonly X509Certificate2 _client = SelfSigned("CN=me", null);
    private WebApplication _app = null!;
    private KubeConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = _certificate,
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, _) => true,
        })));
        _app = builder.Build();
        _app.Run(async context => await context.Response.WriteAsync(
            $$$$"""{"metadata":{"name":"p","labels":{"protocol":"{{{{context.Request.Protocol}}}}","caller":"{{{{(await context.Connection.GetClientCertificateAsync())?.Subject}}}}"}}}"""));
        await _app.StartAsync();
        _connection = new KubeConnection { Server = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Get_WithTheAuthority_SpeaksHttp2AndShowsTheClientCertificate()
    {
        var answer = await GetAsync(_connection with { Authorities = [_certificate], Credential = KubeCredential.None with { ClientCertificate = _client } });

        Assert.Equal("HTTP/2", answer.Labels["protocol"]);
        Assert.Equal("CN=me", answer.Labels["caller"]);
    }

    [Fact]
    public async Task Get_VerificationSkipped_Works() =>
        Assert.Equal("", (await GetAsync(_connection with { SkipTlsVerify = true })).Labels["caller"]);

    [Fact]
    public async Task Get_AnotherAuthority_IsRefusedWithWhatToCheck()
    {
        var refusal = await Assert.ThrowsAsync<KubeException>(() => GetAsync(_connection with { Authorities = [_client] }));

        Assert.True(refusal.IsUnreachable);
        Assert.Contains("certificate-authority", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AnotherName_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<KubeException>(() => GetAsync(_connection with { Authorities = [_certificate], TlsServerName = "other.test" }));

        Assert.Contains("certificate", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<KubeObject> GetAsync(KubeConnection connection)
    {
        using var client = new HttpKubeClient(connection, TimeProvider.System, new Random(1));
        return await client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);
    }

    private static X509Certificate2 SelfSigned(string subject, IPAddress? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }

        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
