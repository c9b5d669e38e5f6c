using Bascule.Api;
using Bascule.Kube;

namespace Bascule.Controller;

/// <summary>Which controller instance is responsible for an object (RT-1).</summary>
public static class Instances
{
    /// <summary>
    /// True when the object carries this instance's label, or, for the controller without an id, no such label at all.
    /// </summary>
    public static bool IsOurs(KubeObject item, string? instanceId) => item.Labels.GetValueOrDefault(Labels.InstanceId) == instanceId;

    /// <summary>The label selector that lists only this instance's objects.</summary>
    public static string Selector(string? instanceId) => instanceId is null ? $"!{Labels.InstanceId}" : $"{Labels.InstanceId}={instanceId}";
}
