using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

/// <summary>A whole sandbox with a few images made of shell, and the real kubectl.</summary>
internal sealed class TestSandbox : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo directory;

    private TestSandbox(DirectoryInfo directory, SandboxCluster cluster)
    {
        this.directory = directory;
        Cluster = cluster;
    }

    public SandboxCluster Cluster { get; }

    public static async Task<TestSandbox> StartAsync(PodRuntimeKind runtime = PodRuntimeKind.Process, int seed = 1)
    {
        var directory = Directory.CreateTempSubdirectory("bascule-test-");
        var images = new Dictionary<string, ImmutableArray<string>>
        {
            ["sleeper"] = ["/bin/sh", "-c", "echo started as $HOSTNAME; exec sleep 1000"],
            ["shell"] = ["/bin/sh", "-c"],
        };
        var cluster = await SandboxCluster.StartAsync(
            new SandboxOptions
            {
                StateDirectory = directory.FullName,
                Random = new Random(seed),
                Runtime = runtime,
                Images = images.ToFrozenDictionary(),
            },
            CancellationToken.None);
        return new TestSandbox(directory, cluster);
    }

    public async Task ApplyAsync(ResourceType type, string json, string @namespace = "default") =>
        await Cluster.Client.CreateAsync(type, @namespace, (JsonObject)JsonNode.Parse(json)!, CancellationToken.None);

    public async Task<KubeObject> GetAsync(ResourceType type, string name, string @namespace = "default") =>
        await Cluster.Client.GetAsync(type, new ObjectKey(@namespace, name), CancellationToken.None);

    /// <summary>Watches a type until its objects are as wanted.</summary>
    public async Task<IReadOnlyList<KubeObject>> UntilAsync(ResourceType type, Func<IReadOnlyList<KubeObject>, bool> condition, string what, string @namespace = "default")
    {
        using var bound = new CancellationTokenSource(Patience, TimeProvider.System);
        var last = await Cluster.Client.ListAsync(type, @namespace, ListOptions.All, bound.Token);
        try
        {
            while (!condition(last.Items))
            {
                await foreach (var _ in Cluster.Client.WatchAsync(type, @namespace, new WatchOptions { ResourceVersion = last.ResourceVersion, AllowBookmarks = false }, bound.Token))
                    break;
                last = await Cluster.Client.ListAsync(type, @namespace, ListOptions.All, bound.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"waited {Patience.TotalSeconds} s for {what}; last seen:\n{string.Join("\n", last.Items.Select(i => i.Root.GetRawText()))}");
        }

        return last.Items;
    }

    /// <summary>Runs kubectl to its end; fails the test when it fails.</summary>
    public async Task<string> KubectlAsync(string arguments, string? input = null)
    {
        var (code, output, error) = await RunAsync(arguments, input);
        Assert.True(code == 0, $"kubectl {arguments} ended with {code}:\n{output}\n{error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(string arguments, string? input = null)
    {
        using var process = StartKubectl(arguments);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var bound = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"kubectl {arguments} did not end within {Patience.TotalSeconds} s");
        }
    }

    public Process StartKubectl(string arguments)
    {
        if (!File.Exists("/usr/bin/kubectl") && !File.Exists("/usr/local/bin/kubectl"))
            Assert.Skip("kubectl is not installed: apt install kubernetes-client");
        var start = new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["KUBECONFIG"] = Cluster.KubeconfigPath;
        // kubectl caches discovery under HOME by host and port, which another test may have had before.
        start.Environment["HOME"] = directory.FullName;
        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        directory.Delete(recursive: true);
    }

    public static string Deployment(string name, int replicas, string image = "sleeper", string strategy = "RollingUpdate", string container = "") => $$"""
        {"metadata":{"name":"{{name}}"},"spec":{"replicas":{{replicas}},"strategy":{"type":"{{strategy}}"},"selector":{"matchLabels":{"app":"{{name}}"} },
         "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"terminationGracePeriodSeconds":2,"containers":[{"name":"main","image":"{{image}}"{{container}} }]} } } }
        """;
}
