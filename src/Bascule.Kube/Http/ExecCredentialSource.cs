using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>Runs the kubeconfig's credential program, and again when what it printed runs out or is refused.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle is never asked for holds nothing to dispose of.
internal sealed class ExecCredentialSource(KubeCredential.Exec exec, KubeConnection connection, TimeProvider time) : CredentialSource(exec)
#pragma warning restore CA1001
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    /// <summary>Guards <see cref="_current"/>: one run serves all requests that wait for it.</summary>
    private readonly SemaphoreSlim _one = new(1);
    private volatile Credential? _current;

    public override X509Certificate2? ClientCertificate => _current?.Certificate ?? exec.ClientCertificate;

    public override async ValueTask<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is { } current && current.Until > time.GetUtcNow())
            return current.Header;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { } found || found.Until <= time.GetUtcNow())
                _current = found = Read(await RunAsync(cancellationToken));
            return found.Header;
        }
        finally
        {
            _one.Release();
        }
    }

    public override bool Renew()
    {
        _current = null;
        return true;
    }

    private async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(exec.Command, exec.Arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in exec.Environment)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo().ToJsonString();
        using var patience = new CancellationTokenSource(LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var process = Start(start);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? output : throw new KubeConfigException($"the credential program {exec.Command} of {connection.Origin} ended with exit code {process.ExitCode}; run it by hand to see why");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw new KubeConfigException($"the credential program {exec.Command} of {connection.Origin} did not end within {LongestRun.TotalSeconds:0} s");
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new KubeConfigException($"the credential program {exec.Command} did not start");
        }
        catch (Win32Exception exception)
        {
            throw new KubeConfigException($"cannot run the credential program {exec.Command} of {connection.Origin}: {exception.Message}.{(exec.InstallHint is { } hint ? $" {hint.Trim()}" : " Install it, or use another context.")}", exception);
        }
    }

    private JsonObject ExecInfo()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (exec.ProvideClusterInfo)
        {
            var cluster = new JsonObject { ["server"] = connection.Server.OriginalString };
            if (connection.SkipTlsVerify)
                cluster["insecure-skip-tls-verify"] = true;
            if (connection.TlsServerName is { } name)
                cluster["tls-server-name"] = name;
            if (connection.Authorities is { } authorities)
                cluster["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(authorities.ExportCertificatePems()));
            spec["cluster"] = cluster;
        }

        return new JsonObject { ["apiVersion"] = exec.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private Credential Read(string output)
    {
        try
        {
            var status = JsonElement.Parse(output).GetProperty("status");
            var token = Text(status, "token");
            var until = status.TryGetProperty("expirationTimestamp", out var expiry) && expiry.ValueKind == JsonValueKind.String ? expiry.GetDateTimeOffset() : DateTimeOffset.MaxValue;
            var certificate = Text(status, "clientCertificateData") is { } pem ? X509Certificate2.CreateFromPem(pem, Text(status, "clientKeyData")) : null;
            if (token is null && certificate is null)
                throw new KeyNotFoundException("status has neither token nor clientCertificateData");
            return new Credential(token is null ? null : new AuthenticationHeaderValue("Bearer", token), certificate, until);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or CryptographicException)
        {
            // The parser's own words may quote the output, which holds the secret, so they are left out.
            throw new KubeConfigException($"the credential program {exec.Command} of {connection.Origin} printed no usable ExecCredential: expected JSON with status.token, or status.clientCertificateData and status.clientKeyData");
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Credential(AuthenticationHeaderValue? Header, X509Certificate2? Certificate, DateTimeOffset Until);
}
