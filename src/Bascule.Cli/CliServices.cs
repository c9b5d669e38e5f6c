using System.Security.Cryptography;
using Bascule.Cli.Clusters;
using Bascule.Cli.Terminals;

namespace Bascule.Cli;

/// <summary>What commands act through; a test replaces any part.</summary>
internal sealed record CliServices
{
    /// <summary>Where answers and messages go.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Reads an environment variable; null when it is unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The number that all chance of this run comes from.</summary>
    public required int Seed { get; init; }

    /// <summary>Opens the cluster that a command line asks for; null for the configured one.</summary>
    public Func<ClusterSelection, ClusterConnection>? Cluster { get; init; }

    /// <summary>The services of this process.</summary>
    public static CliServices ForProcess() => new()
    {
        Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
        Terminal = Terminal.ForProcess(),
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
    };

    /// <summary>Opens the cluster that a command line asks for.</summary>
    public ClusterConnection Connect(ClusterSelection selection) =>
        Cluster is null ? ClusterConnector.Connect(selection, this) : Cluster(selection);

    /// <summary>A source of chance.</summary>
    public Random NewRandom() => new(Seed);
}
