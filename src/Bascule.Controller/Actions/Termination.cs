using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>Asks an AnalysisRun or an Experiment to end early (CLI-9); what has begun is ended by its controller (RUN-11, EX-20).</summary>
public static class Termination
{
    /// <summary>Asks one, unless it has ended.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="type">AnalysisRuns or Experiments.</param>
    /// <param name="key">Which one.</param>
    /// <param name="cancellationToken">Cancels what is not sent yet.</param>
    /// <returns>The final phase of one that had ended and was left alone; null when it was asked to end.</returns>
    /// <exception cref="KubeException">The server refused, or does not have it.</exception>
    public static async Task<AnalysisPhase?> AskAsync(IKubeClient client, ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var found = await client.GetAsync(type, key, cancellationToken);
        var phase = AnalysisPhases.Parse(found.Root.Member("status").Text("phase"));
        if (phase.IsCompleted())
            return phase;

        // It names no version: the wish holds whatever else is written.
        var wish = new JsonObject { ["spec"] = new JsonObject { ["terminate"] = true } };
        await client.PatchAsync(type, key, Patch.Merge(wish), null, cancellationToken);
        return null;
    }
}
