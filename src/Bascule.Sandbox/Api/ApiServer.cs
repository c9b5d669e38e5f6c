using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>
/// The Kubernetes API over a <see cref="Store"/>, without HTTP: what each request means, answered at once. Thread-safe.
/// </summary>
/// <remarks>Every refusal is a <see cref="KubeException"/> that carries the <c>Status</c> to answer with.</remarks>
public sealed partial class ApiServer
{
    /// <summary>How often a write without its own lock is tried again when others write the same object.</summary>
    private const int MostAttempts = 1_000;

    private static readonly string[] s_firstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];
    private static readonly ResourceType s_namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    private static readonly StorageKey s_namespaceStorage = StorageKey.Of(s_namespaces);

    private readonly FrozenDictionary<StorageKey, KindRules> _rules;
    private readonly ServiceAllocator _services;

    /// <summary>Makes a server and the namespaces that every cluster has.</summary>
    /// <param name="store">Where objects are kept.</param>
    /// <param name="time">The clock of creation and deletion times.</param>
    /// <param name="random">The source of uids, generated names, cluster addresses and node ports; used under a lock.</param>
    public ApiServer(Store store, TimeProvider time, Random random)
    {
        Store = store;
        Time = time;
        _services = new ServiceAllocator(new Random(random.Next()));
        Ids = new(random);
        _rules = KindRulesTable.Make();
        foreach (var name in s_firstNamespaces)
            Create(Resource(s_namespaces), null, new() { ["metadata"] = new JsonObject { ["name"] = name } }, new() { Manager = "kube-apiserver" });
    }

    /// <summary>Where objects are kept.</summary>
    public Store Store { get; }

    internal TimeProvider Time { get; }

    internal IdSource Ids { get; }

    /// <summary>The resource that serves a type.</summary>
    /// <exception cref="KubeException">404: nobody serves it.</exception>
    internal ServedResource Resource(ResourceType type) => Catalog.Find(type.Group, type.Version, type.Plural) ?? throw ApiErrors.NoSuchResource();

    /// <summary>The resource that serves a collection in the version it is stored in.</summary>
    /// <exception cref="KubeException">404: nobody serves it.</exception>
    internal ServedResource ResourceOf(StorageKey storage) =>
        Catalog.All.FirstOrDefault(r => r.Type == r.StorageType && StorageOf(r) == storage) ?? throw ApiErrors.NoSuchResource();

    /// <summary>An object as a version serves it, for changing.</summary>
    internal static JsonObject Open(ServedResource resource, StoredObject stored) => ObjectRules.FromStorage(resource, stored.ToNode());

    /// <summary>An object as a version serves it, as bytes.</summary>
    internal static ReadOnlyMemory<byte> Present(ServedResource resource, StoredObject stored) =>
        resource.Type.Version == resource.StorageType.Version && resource.Type.Group == resource.StorageType.Group
            ? stored.Json
            : StoredObject.Encode(Open(resource, stored));

    private static StorageKey StorageOf(ServedResource resource) => StorageKey.Of(resource.StorageType);

    private KindRules? RulesOf(ServedResource resource) => _rules.GetValueOrDefault(StorageOf(resource));
}
