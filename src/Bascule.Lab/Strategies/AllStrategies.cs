using System.Collections.Immutable;

namespace Bascule.Lab.Strategies;

/// <summary>The strategies that the lab shows, simplest first.</summary>
public static class AllStrategies
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Strategy> List { get; } =
    [
        new Recreate(),
        new Ramped(),
        new BlueGreen(),
        new BlueGreenMulti(),
        new CanaryNative(),
        new CanaryNginx(),
        new CanaryIstio(),
        new CanaryGateway(),
        new AbTesting(),
        new Shadow(),
    ];
}
