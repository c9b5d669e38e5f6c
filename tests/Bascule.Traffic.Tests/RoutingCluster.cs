using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Kube.Yaml;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Objects;
using Microsoft.Extensions.Time.Testing;
using Tests.Shared;

namespace Bascule.Traffic.Tests;

/// <summary>The sandbox's API server with the kinds of the routers, and the routers on it.</summary>
internal sealed class RoutingCluster : IRoutingObjects, IObjectCache, IEventSink
{
    private static readonly string s_shared = Path.Combine(Repository.Root, "..", "shared", "crds");

    /// <summary>Read once: some are long.</summary>
    private static readonly Lazy<ImmutableArray<JsonObject>> s_definitions = new(() => [.. Definitions()]);

    private readonly DirectClient _api;
    private readonly RecordingClient _writes;

    private RoutingCluster()
    {
        _api = new DirectClient(new ApiServer(new Store(), new FakeTimeProvider(), new Random(1)), "test");
        _writes = new RecordingClient(_api);
    }

    /// <summary>What the routers wrote.</summary>
    public IReadOnlyList<string> Writes => _writes.Writes;

    /// <summary>The reasons and messages that users were told.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What users write through.</summary>
    public IKubeClient Client => _api;

    /// <summary>How load balancers are checked; null for not at all.</summary>
    public LoadBalancerChecks? Aws { get; init; }

    /// <summary>Runs before each write of a router.</summary>
    public Action? BeforeWrite { set => _writes.Before = value; }

    /// <summary>A cluster with these objects, and a definition of each of their kinds and of the others.</summary>
    public static Task<RoutingCluster> WithAsync(params IEnumerable<JsonObject> objects) => WithAsync(null, objects);

    /// <summary>The same, with load balancers.</summary>
    public static async Task<RoutingCluster> WithAsync(LoadBalancerChecks? aws, IEnumerable<JsonObject> objects)
    {
        var cluster = new RoutingCluster { Aws = aws };
        var all = objects.ToList();
        foreach (var crd in s_definitions.Value)
            await cluster._api.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, (JsonObject)crd.DeepClone(), CancellationToken.None);
        foreach (var other in all.Select(NamespaceOf).Where(n => n != "default").Distinct())
            await cluster._api.CreateAsync(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = other } }, CancellationToken.None);
        foreach (var value in all)
            await cluster._api.CreateAsync(TypeOf(value), NamespaceOf(value), (JsonObject)value.DeepClone(), CancellationToken.None);
        return cluster;
    }

    /// <summary>All routers.</summary>
    public TrafficRouters Routers => new(RoutingCatalog.BuiltIn.On(this, _writes, this, Aws));

    /// <summary>The only router of a Rollout.</summary>
    public ITrafficRouter RouterOf(Rollout rollout)
    {
        var routing = rollout.Spec.Canary!.TrafficRouting!;
        return RoutingCatalog.BuiltIn.On(this, _writes, this, Aws).Single(r => TrafficRouters.NamesOf(routing).Contains(r.Name));
    }

    /// <summary>What the only router of a Rollout would change.</summary>
    public static ImmutableArray<RoutingChange> ChangesOf(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var names = TrafficRouters.NamesOf(rollout.Spec.Canary!.TrafficRouting!);
        return BuiltInRouters.Rules(RoutingTypes.Default).Single(r => names.Contains(r.Name)).Changes(rollout, plan, objects);
    }

    /// <summary>The objects that there are now.</summary>
    public FrozenObjects Frozen(IEnumerable<ResourceType> types) => new(types.ToDictionary(t => t, t => Items(t, null)));

    public async Task<IReadOnlyList<JsonObject>> ObjectsAsync(IEnumerable<ResourceType> types)
    {
        var found = new List<JsonObject>();
        foreach (var type in types)
            found.AddRange((await _api.ListAsync(type, null, ListOptions.All, CancellationToken.None)).Items.Select(o => o.ToNode()));
        return found;
    }

    public static ResourceType TypeOf(JsonObject value)
    {
        var (version, kind) = (value["apiVersion"]!.GetValue<string>(), value["kind"]!.GetValue<string>());
        return Types.FirstOrDefault(t => t.Kind == kind && t.ApiVersion == version)
            ?? throw new InvalidOperationException($"no routing type {version} {kind}");
    }

    Task IRoutingObjects.CheckAsync(ResourceType type, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<IObjectCache> IRoutingObjects.OpenAsync(IReadOnlyCollection<ResourceType> types, CancellationToken cancellationToken) => Task.FromResult<IObjectCache>(this);

    bool IObjectCache.Holds(ResourceType type) => true;

    KubeObject? IObjectCache.Get(ResourceType type, ObjectKey key) => Items(type, key.Namespace).FirstOrDefault(o => o.Key == key);

    IReadOnlyList<KubeObject> IObjectCache.List(ResourceType type, string? @namespace) => Items(type, @namespace);

    IReadOnlyList<KubeObject> IObjectCache.OwnedBy(ResourceType type, string controllerUid) => [.. Items(type, null).Where(o => o.ControllerUid == controllerUid)];

    void IEventSink.Record(KubeEvent value) => Told.Add($"{value.Reason}: {value.Message}");

    // Every call of the sandbox's API ends at once.
    private IReadOnlyList<KubeObject> Items(ResourceType type, string? @namespace) =>
        _api.ListAsync(type, @namespace, ListOptions.All, CancellationToken.None).GetAwaiter().GetResult().Items;

    private static IEnumerable<ResourceType> Types => typeof(RoutingTypes).GetProperties().Where(p => p.PropertyType == typeof(ResourceType))
        .Select(p => (ResourceType)p.GetValue(RoutingTypes.Default)!).Append(ResourceTypes.Services);

    private static string NamespaceOf(JsonObject value) => value["metadata"]!["namespace"]?.GetValue<string>() ?? "default";

    /// <summary>Those of the other projects; without them, and for versions that they have given up, definitions that take anything.</summary>
    private static IEnumerable<JsonObject> Definitions()
    {
        var known = new HashSet<(string Group, string Plural)>();
        if (Directory.Exists(s_shared))
        {
            foreach (var crd in Directory.EnumerateFiles(s_shared, "*.yaml").SelectMany(f => YamlReader.ReadAll(File.ReadAllText(f))).Select(d => (JsonObject)d.Root!))
            {
                var spec = crd["spec"]!;
                var type = Types.FirstOrDefault(t => t.Group == spec["group"]!.GetValue<string>() && t.Plural == spec["names"]!["plural"]!.GetValue<string>());
                if (type is null || !((JsonArray)spec["versions"]!).Any(v => v!["name"]!.GetValue<string>() == type.Version && v["served"]!.GetValue<bool>()))
                    continue;
                known.Add((type.Group, type.Plural));
                yield return crd;
            }
        }

        foreach (var type in Types.Where(t => t.Group.Contains('.', StringComparison.Ordinal) && t != ResourceTypes.Ingresses && !known.Contains((t.Group, t.Plural))))
            yield return Permissive(type);
    }

    private static JsonObject Permissive(ResourceType type) => (JsonObject)JsonNode.Parse($$"""
        {
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "{{type.Plural}}.{{type.Group}}" },
          "spec": {
            "group": "{{type.Group}}", "scope": "Namespaced",
            "names": { "plural": "{{type.Plural}}", "singular": "{{type.Kind.ToLowerInvariant()}}", "kind": "{{type.Kind}}", "listKind": "{{type.Kind}}List" },
            "versions": [ { "name": "{{type.Version}}", "served": true, "storage": true,
              "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } } ]
          }
        }
        """)!;
}
