using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Controller.Hosting;

/// <summary>Finds the Rollout or Experiment that controls an object.</summary>
internal static class ControllerOf
{
    /// <summary>The Rollout that the object's controller reference names; null when something else or nobody controls it.</summary>
    public static ObjectKey? Rollout(KubeObject item) => Of(item, ArgoResources.Rollouts);

    /// <summary>The Experiment that the object's controller reference names; null when something else or nobody controls it.</summary>
    public static ObjectKey? Experiment(KubeObject item) => Of(item, ArgoResources.Experiments);

    private static ObjectKey? Of(KubeObject item, ResourceType type)
    {
        foreach (var owner in item.Root.Member("metadata").List("ownerReferences"))
        {
            if (owner.Bool("controller") == true)
            {
                return owner.Text("kind") == type.Kind
                    && owner.Text("apiVersion")?.StartsWith("argoproj.io/", StringComparison.Ordinal) == true
                    && owner.Text("name") is { } name
                        ? new ObjectKey(item.Namespace, name)
                        : null;
            }
        }

        return null;
    }
}
