using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bascule.Kube;
using Bascule.Kube.Yaml;

namespace Bascule.Lab.Manifests;

/// <summary>One object of a manifest and where the API takes it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Body">The object.</param>
public sealed record ManifestObject(ResourceType Type, JsonObject Body)
{
    /// <summary>Its name.</summary>
    public string Name => Body["metadata"]?["name"]?.GetValue<string>() ?? "";
}

/// <summary>The manifests that the lab carries with it.</summary>
public static partial class LabManifests
{
    /// <summary>The services, the analysis and the Rollout of the course, in the order to apply them.</summary>
    public static ImmutableArray<ManifestObject> Canary(LabParameters parameters) => Read("canary.yaml", parameters);

    /// <summary>The objects of a manifest, in the order to apply them.</summary>
    public static ImmutableArray<ManifestObject> Read(string file, LabParameters parameters) => [.. YamlReader.ReadAll(Text(file, parameters)).Select(Read)];

    /// <summary>Creates what a manifest names, or changes what an earlier manifest of the lab made there.</summary>
    /// <returns>The last object as stored.</returns>
    /// <exception cref="KubeException">The server refused one; those before it are applied.</exception>
    /// <exception cref="LabException">The cluster does not know a kind of route.</exception>
    public static async Task<KubeObject> ApplyAsync(IKubeClient client, string @namespace, IEnumerable<ManifestObject> manifests, CancellationToken cancellationToken)
    {
        KubeObject? last = null;
        foreach (var manifest in manifests)
            last = await ApplyAsync(client, @namespace, manifest, cancellationToken);

        return last ?? throw new ArgumentException("no manifest to apply", nameof(manifests));
    }

    /// <summary>Creates what a manifest names, or changes what an earlier manifest of the lab made there.</summary>
    /// <remarks>A merge replaces lists whole, which is meant: between two of our manifests only values differ.</remarks>
    public static async Task<KubeObject> ApplyAsync(IKubeClient client, string @namespace, ManifestObject manifest, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CreateAsync(manifest.Type, @namespace, manifest.Body.DeepClone().AsObject(), cancellationToken);
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            return await client.PatchAsync(manifest.Type, new ObjectKey(@namespace, manifest.Name), Patch.Merge(manifest.Body.DeepClone().AsObject()), null, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound && LabTypes.Routes.Contains(manifest.Type))
        {
            throw new LabException($"this cluster does not know {manifest.Type.Kind} of {manifest.Type.ApiVersion}: install what serves it, or run without --context in a sandbox, which does", e);
        }
    }

    private static ManifestObject Read(YamlDocument document)
    {
        var body = document.Root.AsObject();
        var (version, kind) = (body["apiVersion"]?.GetValue<string>(), body["kind"]?.GetValue<string>());
        var type = LabTypes.All.FirstOrDefault(t => t.ApiVersion == version && t.Kind == kind)
            ?? throw new InvalidOperationException($"line {document.Line}: the lab does not know {version} {kind}");
        return new ManifestObject(type, body);
    }

    /// <summary>A manifest as it is applied.</summary>
    internal static string Text(string name, LabParameters parameters) =>
        parameters.Values.Aggregate(Whole(name), (text, value) => text.Replace($"${{{value.Key}}}", value.Value, StringComparison.Ordinal));

    /// <summary>The text with the parts that it shares with others: each line that names one is replaced by it, as far indented.</summary>
    private static string Whole(string name) => PartLines().Replace(
        Stored(name),
        m => string.Join('\n', Stored($"{m.Groups["part"].Value}.yaml").TrimEnd('\n').Split('\n').Select(l => m.Groups["indent"].Value + l)));

    private static string Stored(string name)
    {
        using var stream = typeof(LabManifests).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the manifest {name} is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(?<indent> *)\$\{(?<part>parts/[\w-]+)\}$", RegexOptions.Multiline)]
    private static partial Regex PartLines();
}
