using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Kube.Yaml;

namespace Bascule.Controller;

/// <summary>Teaches a cluster our kinds.</summary>
public static class CustomResources
{
    private const string FieldManager = "bascule";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Creates the definitions, or brings them up to date, and waits until the API serves them.</summary>
    /// <exception cref="KubeException">The server refused.</exception>
    public static async Task InstallAsync(IKubeClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var document in CustomResourceManifests.All().SelectMany(YamlReader.ReadAll))
        {
            var body = document.Root.AsObject();
            var key = new ObjectKey(null, body["metadata"]?["name"]?.GetValue<string>() ?? throw new InvalidOperationException("a CustomResourceDefinition of ours has no name"));
            var found = await CreateOrUpdateAsync(client, key, body, cancellationToken);
            while (!IsServed(found))
            {
                await Task.Delay(BetweenLooks, time, cancellationToken);
                found = await client.GetAsync(ResourceTypes.CustomResourceDefinitions, key, cancellationToken);
            }
        }
    }

    private static async Task<KubeObject> CreateOrUpdateAsync(IKubeClient client, ObjectKey key, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, body, cancellationToken);
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            var apply = new Patch(PatchType.Apply, body.DeepClone()) { FieldManager = FieldManager, Force = true };
            return await client.PatchAsync(ResourceTypes.CustomResourceDefinitions, key, apply, null, cancellationToken);
        }
    }

    private static bool IsServed(KubeObject definition) =>
        definition.Root.Member("status").Items("conditions").Any(c => c.Text("type") == "Established" && c.Text("status") == "True");
}
