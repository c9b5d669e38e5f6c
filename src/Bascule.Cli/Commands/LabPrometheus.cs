using System.CommandLine;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary>What labs ask for in which the controller measures.</summary>
internal static class LabPrometheus
{
    /// <summary>Why a pause cannot be shorter than <see cref="LeastPace"/>.</summary>
    public const string WhyLeastPace = "the analysis needs that long to see a bad version";

    /// <summary>The shortest pause between two steps of a Rollout.</summary>
    public static readonly TimeSpan LeastPace = TimeSpan.FromSeconds(3);

    /// <summary>Checks that the controller reaches a Prometheus.</summary>
    /// <exception cref="CliException">A cluster was named and no Prometheus that scrapes it.</exception>
    public static void Require(LabRunOptions options, ParseResult parsed)
    {
        if (options.LacksPrometheus(parsed))
        {
            throw new CliException(
                "--context needs --prometheus: a controller inside a cluster cannot reach a Prometheus on this machine",
                "give the address of one that scrapes that cluster, as the controller reaches it",
                ExitCodes.Usage);
        }
    }
}
