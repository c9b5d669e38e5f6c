namespace Bascule.Kube.Tests.Queue;

/// <summary>A reconciler that does as the test says and notes what it was asked.</summary>
internal sealed class TestReconciler(Func<ObjectKey, CancellationToken, Task<TimeSpan?>> pass) : IReconciler
{
    public List<ObjectKey> Asked { get; } = [];

    public static TestReconciler Returning(TimeSpan? lookAgain) => new((_, _) => Task.FromResult(lookAgain));

    public static TestReconciler Throwing(Func<Exception> exception) => new((_, _) => throw exception());

    public Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        lock (Asked)
            Asked.Add(key);
        return pass(key, cancellationToken);
    }
}
