using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Analysis.Effects;
using Bascule.Kube;
using Bascule.Metrics;

namespace Bascule.Controller.Analysis;

/// <summary>What one pass over a run finds out on the decider's request: secrets and measurements.</summary>
internal sealed class AnalysisPass(IKubeClient client, IMetricProviders providers, TimeProvider time, string? @namespace)
{
    /// <summary>The secrets read; null before they were asked for.</summary>
    public ImmutableArray<SecretReading>? Secrets { get; private set; }

    /// <summary>The measurements taken; null before they were asked for.</summary>
    public ImmutableArray<FinishedMeasurement>? Finished { get; private set; }

    /// <summary>Carries out the effects that ask for something, all side by side.</summary>
    /// <returns>True when something was asked for: decide again.</returns>
    public async Task<bool> FindOutAsync(ImmutableArray<AnalysisEffect> effects, CancellationToken cancellationToken)
    {
        var asked = effects.Select(e => e.Match(new Questions(this, cancellationToken))).OfType<Task<FinishedMeasurement?>>().ToList();
        if (asked.Count == 0)
            return false;
        var answers = await Task.WhenAll(asked);
        if (answers.OfType<FinishedMeasurement>().ToImmutableArray() is { IsEmpty: false } finished)
            Finished = finished;
        return true;
    }

    private async Task<FinishedMeasurement?> MeasureAsync(MeasurementTask task, bool terminate, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        if (providers.Find(task.Provider) is not { } provider)
        {
            var error = MeasurementOutcome.Failed($"metric provider '{task.Provider}' is not supported by this version, supported: {string.Join(", ", providers.Names)}");
            return new(task, error, startedAt, time.GetUtcNow(), ImmutableSortedDictionary<string, string>.Empty) { Terminated = terminate };
        }

        var outcome = terminate ? await provider.TerminateAsync(task, cancellationToken) : await provider.MeasureAsync(task, cancellationToken);
        return new(task, outcome, startedAt, time.GetUtcNow(), provider.Describe(task.Metric)) { Terminated = terminate };
    }

    private async Task<FinishedMeasurement?> ReadSecretsAsync(ImmutableArray<SecretKeyReference> keys, CancellationToken cancellationToken)
    {
        var readings = ImmutableArray.CreateBuilder<SecretReading>();
        foreach (var bySecret in keys.GroupBy(k => k.Name))
        {
            try
            {
                var secret = await client.GetAsync(ResourceTypes.Secrets, new(@namespace, bySecret.Key), cancellationToken);
                readings.AddRange(bySecret.Select(key => Read(secret, key)));
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                readings.AddRange(bySecret.Select(key => new SecretReading(key, null, e.Message)));
            }
        }

        Secrets = readings.ToImmutable();
        return null;
    }

    private static SecretReading Read(KubeObject secret, SecretKeyReference key)
    {
        if (!secret.Root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(key.Key, out var value))
            return new(key, null, $"key '{key.Key}' does not exist in secret '{key.Name}'");
        return value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes)
            ? new(key, Encoding.UTF8.GetString(bytes), null)
            : new(key, null, $"key '{key.Key}' of secret '{key.Name}' is not base64");
    }

    /// <summary>The effects that ask for something; null for those that write.</summary>
    private sealed class Questions(AnalysisPass pass, CancellationToken cancellationToken) : IAnalysisEffectCases<Task<FinishedMeasurement?>?>
    {
        public Task<FinishedMeasurement?> ReadSecrets(ReadSecrets effect) => pass.ReadSecretsAsync(effect.Keys, cancellationToken);

        public Task<FinishedMeasurement?> TakeMeasurement(TakeMeasurement effect) => pass.MeasureAsync(effect.Task, terminate: false, cancellationToken);

        public Task<FinishedMeasurement?> TerminateMeasurement(TerminateMeasurement effect) => pass.MeasureAsync(effect.Task, terminate: true, cancellationToken);

        public Task<FinishedMeasurement?>? ForgetMeasurements(ForgetMeasurements effect) => null;

        public Task<FinishedMeasurement?>? PatchRunStatus(PatchRunStatus effect) => null;

        public Task<FinishedMeasurement?>? EmitRunEvent(EmitRunEvent effect) => null;

        public Task<FinishedMeasurement?>? DeleteRun(DeleteRun effect) => null;
    }
}
