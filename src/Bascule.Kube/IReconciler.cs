namespace Bascule.Kube;

/// <summary>Brings one object to its desired state. Level-triggered: it is told which object, never what happened.</summary>
public interface IReconciler
{
    /// <summary>Looks at the object and acts.</summary>
    /// <returns>When to look again if nothing happens before; null when only a change matters.</returns>
    /// <remarks>A thrown exception means: try again, later each time. A conflict means: try again now.</remarks>
    Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);
}
