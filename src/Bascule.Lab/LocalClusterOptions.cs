using Bascule.Controller.Hosting;
using Bascule.Sandbox;

namespace Bascule.Lab;

/// <summary>How to start a cluster of one machine with a controller in it.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>The sandbox. Its clock, its source of chance and its loggers serve the controller too.</summary>
    public required SandboxOptions Sandbox { get; init; }

    /// <summary>The controller; alone in its sandbox, it needs no leader election.</summary>
    public ControllerHostOptions Controller { get; init; } = new();
}
