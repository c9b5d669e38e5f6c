using EndToEnd.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One cluster for the whole suite: every test has a namespace of its own, so classes run beside each other in it.
[assembly: AssemblyFixture(typeof(Cluster))]

// Most of a test is waiting; but the runs of the lab measure, and more than one other test beside them is more than two cores give.
[assembly: Parallelization(MaxThreads = 2)]
[assembly: TestCollectionOrderer(typeof(MeasuringApart))]

namespace EndToEnd.Tests;

/// <summary>The tests that may not run beside each other share one of these; every other class may run beside any.</summary>
internal static class Collections
{
    /// <summary>The one run of all strategies, which takes about as long as all that needs no lab.</summary>
    public const string AllStrategies = nameof(AllStrategies);

    /// <summary>The other runs of the lab, each with its own sandbox, load and Prometheus.</summary>
    public const string Lab = nameof(Lab);

    /// <summary>Those by Rollouts: an analysis decides by many requests, so they may run beside the others of the lab.</summary>
    public const string LabRollouts = nameof(LabRollouts);

    /// <summary>What is asked for through the cluster's gateway, where routes of all namespaces meet.</summary>
    public const string Gateway = nameof(Gateway);
}

/// <summary>
/// Begins with the longest run of the lab, beside which everything that measures nothing finds time; the other runs of the
/// lab come last, when hardly anything else is left.
/// </summary>
public sealed class MeasuringApart : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Place(c.TestCollectionDisplayName))];

    private static int Place(string collection) => collection switch
    {
        Collections.AllStrategies => 0,
        Collections.Lab or Collections.LabRollouts => 2,
        _ => 1,
    };
}
