using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.GarbageCollection;

/// <summary>Deletion as the collectors do it.</summary>
internal static class Deletions
{
    /// <summary>Asks for an object to go, in the background; that it is gone or was replaced meanwhile is no failure.</summary>
    public static void TryDelete(this ApiServer server, StorageKey storage, StoredObject item)
    {
        try
        {
            server.Delete(server.ResourceOf(storage), item.Key, new DeleteRequest { Propagation = PropagationPolicy.Background, Uid = item.Uid });
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // What was to go is gone.
        }
    }
}
