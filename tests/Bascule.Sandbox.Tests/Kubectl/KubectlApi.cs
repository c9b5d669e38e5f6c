using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.GarbageCollection;
using Bascule.Sandbox.Http;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Tests.Kubectl;

/// <summary>One API server for the tests that drive the real kubectl. Each test works in a namespace of its own.</summary>
public sealed class KubectlApi : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("bascule-kubectl-").FullName;
    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 _certificate = SandboxCertificate.Create(TimeProvider.System.GetUtcNow());
    private readonly CancellationTokenSource _stop = new();
    private SandboxApiHost? _host;
    private Task? _collecting;

    public ApiServer Server { get; } = new(new Store(), TimeProvider.System, new Random(11));

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxApiHost.StartAsync(Server, new() { Token = "kubectl-token", Certificate = _certificate }, default);
        await File.WriteAllTextAsync(Path.Combine(_folder, "config"), $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster:
                server: {_host.Address}
                certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()))}
            users:
            - name: u
              user:
                token: kubectl-token
            contexts:
            - name: x
              context:
                cluster: c
                user: u
                namespace: default
            current-context: x
            """);
        _collecting = new GarbageCollector(Server).RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_collecting is not null)
            await _collecting.ContinueWith(_ => { }, TaskScheduler.Default);
        if (_host is not null)
            await _host.DisposeAsync();
        _stop.Dispose();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs kubectl to its end and returns what it printed; a failure to start skips the test.</summary>
    public async Task<KubectlResult> RunAsync(string arguments, string? input = null)
    {
        using var process = Start(arguments);
        using var bound = new CancellationTokenSource(s_patience, TimeProvider.System);
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), bound.Token);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs kubectl and expects it to succeed.</summary>
    public async Task<string> OkAsync(string arguments, string? input = null)
    {
        var result = await RunAsync(arguments, input);
        Assert.True(result.ExitCode == 0, $"kubectl {arguments}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output.Trim();
    }

    /// <summary>Skips a test that types what an older kubectl, such as Debian 12's 1.20, does not know yet.</summary>
    /// <param name="minor">The first version 1.N that knows it.</param>
    /// <param name="what">What it needs.</param>
    public async Task NeedsAsync(int minor, string what)
    {
        var version = JsonNode.Parse(await OkAsync("version --client -o json"))!["clientVersion"]!["minor"]!.GetValue<string>();
        var found = int.Parse(version.TrimEnd('+'), CultureInfo.InvariantCulture);
        Assert.SkipUnless(found >= minor, $"{what} needs kubectl 1.{minor} or newer; this one is 1.{found}");
    }

    /// <summary>Makes a namespace for one test.</summary>
    public async Task<string> NamespaceAsync(string name)
    {
        await OkAsync($"create namespace {name}");
        return name;
    }

    /// <summary>Starts a kubectl that goes on until it is killed.</summary>
    public Process Start(string arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KUBECONFIG"] = Path.Combine(_folder, "config"), ["HOME"] = _folder },
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not on this machine: install Debian's kubernetes-client");
            throw;
        }
    }
}

/// <summary>What a kubectl run came to.</summary>
public sealed record KubectlResult(int ExitCode, string Output, string Error);
