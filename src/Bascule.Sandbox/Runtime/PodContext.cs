using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Runtime;

/// <summary>What every pod of the process runtime works with.</summary>
internal sealed record PodContext
{
    public required IKubeClient Client { get; init; }

    public required IEventSink Events { get; init; }

    public required TimeProvider Time { get; init; }

    public required ImageCatalog Images { get; init; }

    public required ContainerEnvironment Environment { get; init; }

    public required PodAddressPool Addresses { get; init; }

    public required PodLogStore Logs { get; init; }

    public required ProcessReaper Reaper { get; init; }

    public required Prober Prober { get; init; }

    public required IRoutes Routes { get; init; }

    /// <summary>Where containers get directories of their own.</summary>
    public required string WorkDirectory { get; init; }
}
