namespace Bascule.Kube.Queue;

/// <summary>Is told of every pass of a loop, on the loop's workers: it must be quick and thread-safe.</summary>
public interface IReconcileObserver
{
    /// <summary>A pass has ended.</summary>
    /// <param name="key">The object that it was about.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="elapsed">How long it took.</param>
    void Reconciled(ObjectKey key, ReconcileOutcome outcome, TimeSpan elapsed);
}
