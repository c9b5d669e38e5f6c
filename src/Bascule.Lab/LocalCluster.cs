using Bascule.Controller;
using Bascule.Controller.Hosting;
using Bascule.Sandbox;

namespace Bascule.Lab;

/// <summary>
/// A sandbox that knows rollouts, with the controller in the same process: what <c>bascule up</c> runs, and the lab when no
/// cluster is given. Disposing it ends everything it started.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private LocalCluster(SandboxCluster sandbox, ControllerHost controller)
    {
        Sandbox = sandbox;
        Controller = controller;
    }

    /// <summary>The sandbox.</summary>
    public SandboxCluster Sandbox { get; }

    /// <summary>The controller.</summary>
    public ControllerHost Controller { get; }

    /// <summary>Starts both; rollouts can be applied when the task completes.</summary>
    /// <exception cref="SandboxException">The sandbox cannot start; the message says what to do. Nothing is left behind.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = options.Sandbox;
        var sandbox = await SandboxCluster.StartAsync(settings, cancellationToken);
        ControllerHost? controller = null;
        try
        {
            await CustomResources.InstallAsync(sandbox.Client, settings.TimeProvider, cancellationToken);
            controller = new ControllerHost(sandbox.Client, options.Controller, settings.TimeProvider, new Random(settings.Random.Next()), settings.LoggerFactory);
            await controller.StartAsync(cancellationToken);
            return new LocalCluster(sandbox, controller);
        }
        catch
        {
            if (controller is not null)
                await controller.DisposeAsync();
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The controller first: it would otherwise watch its cluster fall to pieces.
        await Controller.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
