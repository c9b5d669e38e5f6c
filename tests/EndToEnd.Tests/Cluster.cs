using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>
/// The cluster under test: the one that <c>BASCULE_E2E_KUBECONFIG</c> names, with a Bascule controller running in it,
/// or a sandbox of our own. Everything goes through kubectl and bascule, so the suite cannot tell which it is.
/// </summary>
/// <remarks><c>BASCULE_E2E_IMAGE</c> names the goprom image to run (default <c>goprom</c>, which the sandbox has built in).</remarks>
public sealed class Cluster : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("bascule-e2e-");
    private readonly Dictionary<string, string?> _environment = [];
    private readonly bool _ownsSandbox;
    private int _namespaces;

    public Cluster()
    {
        _environment["HOME"] = _home.FullName;
        _environment["XDG_STATE_HOME"] = Path.Combine(_home.FullName, "state");
        _environment["NO_COLOR"] = "1";
        var given = Environment.GetEnvironmentVariable("BASCULE_E2E_KUBECONFIG");
        _ownsSandbox = string.IsNullOrEmpty(given);
        _environment["KUBECONFIG"] = _ownsSandbox ? null : given;
    }

    /// <summary>The goprom image that manifests use.</summary>
    public static string Image => Environment.GetEnvironmentVariable("BASCULE_E2E_IMAGE") is { Length: > 0 } image ? image : "goprom";

    /// <summary>The program under test; <c>BASCULE_E2E_PROGRAM</c> names another one, such as the native binary.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("BASCULE_E2E_PROGRAM") is { Length: > 0 } program
        ? program
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Bascule.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "bascule"));

    /// <summary>What a user's shell has set: a home of its own, no colour, the kubeconfig.</summary>
    internal IReadOnlyDictionary<string, string?> Variables => _environment;

    public async ValueTask InitializeAsync()
    {
        if (!_ownsSandbox)
            return;

        // As a user's shell does with: eval $(bascule up --detach)
        var exported = (await BasculeAsync("up", "--detach")).Succeeded().Trim();
        const string Export = "export KUBECONFIG=";
        Assert.StartsWith(Export, exported, StringComparison.Ordinal);
        _environment["KUBECONFIG"] = exported[Export.Length..].Trim('\'', '"');
    }

    public async ValueTask DisposeAsync()
    {
        if (_ownsSandbox)
            (await BasculeAsync("down")).Succeeded();
        _home.Delete(recursive: true);
    }

    /// <summary>A namespace for one test; it goes away with the test.</summary>
    internal async Task<Space> NewSpaceAsync()
    {
        var name = $"e2e-{Interlocked.Increment(ref _namespaces)}-{Variables["HOME"]![^6..].ToLowerInvariant()}";
        (await KubectlAsync("create", "namespace", name)).Succeeded();
        return new Space(this, name);
    }

    internal Task<Finished> BasculeAsync(params string[] arguments) => Shell.RunAsync(Program, arguments, _environment);

    internal Task<Finished> KubectlAsync(params string[] arguments) => Shell.RunAsync("kubectl", arguments, _environment);

    internal Task<Finished> ApplyAsync(string @namespace, string yaml) =>
        Shell.RunAsync("kubectl", ["apply", "-n", @namespace, "-f", "-"], _environment, yaml);

    /// <summary>Follows an object until it is as expected; the bound fails the test with what was last seen.</summary>
    internal async Task<JsonNode> UntilAsync(string @namespace, string kind, string name, Func<JsonNode, bool> expected, string because, int seconds = 120)
    {
        var watch = new ObjectWatch(this, @namespace, kind, name);
        if (await watch.UntilAsync(expected, TimeSpan.FromSeconds(seconds)))
            return watch.Last!;
        var events = await KubectlAsync("get", "events", "-n", @namespace);
        Assert.Fail(
            $"{kind} {name} was not {because} within {seconds} s; last seen: {watch.Last?["status"]?.ToJsonString(new JsonSerializerOptions { WriteIndented = true })}\n{events.Output}");
        return null!;
    }
}
