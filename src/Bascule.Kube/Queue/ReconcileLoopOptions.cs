namespace Bascule.Kube.Queue;

/// <summary>How a loop runs its reconciler.</summary>
/// <param name="Name">The kind it reconciles, for logs.</param>
public sealed record ReconcileLoopOptions(string Name)
{
    /// <summary>Keys worked on at the same time; 1 or more.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Delays after failures.</summary>
    public BackOff BackOff { get; init; } = BackOff.Reconcile;

    /// <summary>Whom to tell of each pass; null for nobody.</summary>
    public IReconcileObserver? Observer { get; init; }
}
