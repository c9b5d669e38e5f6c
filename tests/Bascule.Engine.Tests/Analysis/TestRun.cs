using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Analysis.Effects;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>A run that decisions are applied to, with a scripted metric source: the shell in miniature.</summary>
internal sealed class TestRun
{
    private JsonObject root;
    private int version = 1;

    public TestRun(string spec, string? status = null)
    {
        root = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "run", ["namespace"] = "default", ["uid"] = "uid-1" },
            ["spec"] = JsonNode.Parse(spec),
        };
        if (status is not null)
            root["status"] = JsonNode.Parse(status);
    }

    public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public List<string> Events { get; } = [];

    public List<string> Measured { get; } = [];

    public bool Deleted { get; private set; }

    /// <summary>The values of measurements that were cleaned up after.</summary>
    public List<string?> Forgotten { get; } = [];

    /// <summary>Every patch and event as it was written, for tests that look for what must not be there.</summary>
    public List<string> Written { get; } = [];

    /// <summary>Answers a measurement; by default the number 1.</summary>
    public Func<MeasurementTask, MeasurementOutcome> Source { get; set; } = _ => Number(1);

    /// <summary>Answers the end of a measurement under way.</summary>
    public Func<MeasurementTask, MeasurementOutcome> End { get; set; } = _ => MeasurementOutcome.Ended(AnalysisPhase.Inconclusive);

    /// <summary>The metrics with news of what is under way.</summary>
    public HashSet<string> News { get; } = [];

    public Func<SecretKeyReference, SecretReading> Secret { get; set; } = key => new(key, null, $"secrets \"{key.Name}\" not found");

    public AnalysisRun Run => AnalysisRun.Parse(JsonElement.Parse(root.ToJsonString()));

    public JsonObject Status => root["status"]?.AsObject() ?? [];

    public static MeasurementOutcome Number(double value) => MeasurementOutcome.Measured(new Value.Float(value), GoNumber.Decimal(value));

    public static MeasurementOutcome Text(string text) => MeasurementOutcome.Measured(new Value.Text(text), text);

    public static string Metric(string name, string more = "") =>
        $$"""{"name":"{{name}}",{{(more.Length == 0 ? "" : more + ",")}}"provider":{"test":{"query":"q"} } }""";

    public static TestRun Of(params string[] metrics) => new($$"""{"metrics":[{{string.Join(',', metrics)}}]}""");

    public void Edit(Action<JsonObject> edit)
    {
        edit(root);
        version++;
    }

    public AnalysisRunObservation See() => new() { Run = Run, ResourceVersion = $"{version}", Now = Now, News = News };

    /// <summary>One whole pass: what the decision asks for is answered, then what it writes is applied.</summary>
    public AnalysisDecision Pass()
    {
        var seen = See();
        while (true)
        {
            var decision = AnalysisRunDecider.Decide(seen);
            if (decision.Effects.OfType<ReadSecrets>().SingleOrDefault() is { } secrets)
            {
                seen = seen with { Secrets = [.. secrets.Keys.Select(Secret)] };
                continue;
            }

            List<FinishedMeasurement> answers =
            [
                .. decision.Effects.OfType<TakeMeasurement>().Select(e => Answer(e.Task)),
                .. decision.Effects.OfType<TerminateMeasurement>().Select(e => Ended(e.Task)),
            ];
            if (answers.Count > 0)
            {
                seen = seen with { Finished = [.. answers] };
                continue;
            }

            foreach (var effect in decision.Effects)
                Apply(effect);
            return decision;
        }
    }

    /// <summary>Passes at the times that the decisions ask for, until the run is complete.</summary>
    public TestRun ToTheEnd(int passes = 100)
    {
        for (var i = 0; i < passes; i++)
        {
            var decision = Pass();
            if (Run.Status.Phase.IsCompleted())
                return this;
            Now += decision.LookAgainAfter ?? throw new InvalidOperationException("an unfinished run waits for nothing");
        }

        throw new InvalidOperationException($"not complete after {passes} passes: {root.ToJsonString()}");
    }

    private FinishedMeasurement Answer(MeasurementTask task)
    {
        Measured.Add($"{task.Metric.Name} at {(Now - new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero)).TotalSeconds}");
        return new(task, Source(task), Now, Now, ImmutableSortedDictionary<string, string>.Empty.Add("asked", task.Provider));
    }

    private FinishedMeasurement Ended(MeasurementTask task)
    {
        Measured.Add($"end of {task.Metric.Name}");
        return new(task, End(task), Now, Now, ImmutableSortedDictionary<string, string>.Empty) { Terminated = true };
    }

    private void Apply(AnalysisEffect effect)
    {
        Written.Add(effect is PatchRunStatus { Patch: var raw } ? raw.GetRawText() : $"{effect}");
        switch (effect)
        {
            case ForgetMeasurements forget:
                Forgotten.AddRange(forget.Measurements.Select(m => m.Value));
                break;
            case PatchRunStatus patch:
                Assert.Equal($"{version}", patch.Patch.GetProperty("metadata").GetProperty("resourceVersion").GetString());
                root = Merged(root, JsonObject.Create(patch.Patch)!);
                root["metadata"]!.AsObject().Remove("resourceVersion");
                version++;
                break;
            case EmitRunEvent told:
                Events.Add($"{(told.Warning ? "Warning" : "Normal")} {told.Reason}: {told.Message}");
                break;
            case DeleteRun delete:
                Assert.Equal("uid-1", delete.Uid);
                Deleted = true;
                break;
            default:
                throw new InvalidOperationException(effect.ToString());
        }
    }

    private static JsonObject Merged(JsonObject target, JsonObject patch)
    {
        var merged = target.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (value is null)
                merged.Remove(name);
            else if (value is JsonObject inner)
                merged[name] = Merged(merged[name] as JsonObject ?? [], inner);
            else
                merged[name] = value.DeepClone();
        }

        return merged;
    }
}
