using System.Text.Json.Nodes;
using Bascule.Engine.Analysis.Effects;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Metrics;

namespace Bascule.Controller.Analysis;

/// <summary>Carries out the effects that write. The others ask for something and were answered before (<see cref="AnalysisPass"/>).</summary>
internal sealed class AnalysisWrites(IKubeClient client, IMetricProviders providers, IEventSink events, KubeObject run, CancellationToken cancellationToken) : IAnalysisEffectCases<Task>
{
    public Task ReadSecrets(ReadSecrets effect) => Task.CompletedTask;

    public Task TakeMeasurement(TakeMeasurement effect) => Task.CompletedTask;

    public Task TerminateMeasurement(TerminateMeasurement effect) => Task.CompletedTask;

    public Task ForgetMeasurements(ForgetMeasurements effect) =>
        providers.Find(effect.Provider) is { } provider
            ? provider.ForgetAsync(run.Uid, effect.Measurements, cancellationToken)
            : Task.CompletedTask;

    // AnalysisRuns have no status subresource (RT-20).
    public Task PatchRunStatus(PatchRunStatus effect) =>
        client.PatchAsync(ArgoResources.AnalysisRuns, run.Key, Patch.Merge(JsonObject.Create(effect.Patch)!), null, cancellationToken);

    public Task EmitRunEvent(EmitRunEvent effect)
    {
        events.Record(new(
            ObjectReference.To(ArgoResources.AnalysisRuns, run), effect.Warning ? EventSeverity.Warning : EventSeverity.Normal, effect.Reason, effect.Message));
        return Task.CompletedTask;
    }

    public async Task DeleteRun(DeleteRun effect)
    {
        try
        {
            await client.DeleteAsync(ArgoResources.AnalysisRuns, run.Key, new() { PreconditionUid = effect.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // It is gone, or another run has its name: either way there is nothing left to delete.
        }
    }
}
