using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>One thing to measure, how often, and what makes it good or bad (AT-6).</summary>
public sealed record Metric
{
    /// <summary>Failed measurements allowed when <see cref="FailureLimit"/> is absent.</summary>
    public const int DefaultFailureLimit = 0;

    /// <summary>Errors in a row allowed when <see cref="ConsecutiveErrorLimit"/> is absent.</summary>
    public const int DefaultConsecutiveErrorLimit = 4;

    /// <summary>The name, unique in a run.</summary>
    public required string Name { get; init; }

    /// <summary>Time between measurements as a Go duration; null or empty measures once.</summary>
    public string? Interval { get; init; }

    /// <summary>Time before the first measurement as a Go duration; null or empty measures at once.</summary>
    public string? InitialDelay { get; init; }

    /// <summary>How many measurements to take; null or 0 means one without an interval and no end with one (MET-7).</summary>
    public IntOrText? Count { get; init; }

    /// <summary>What must hold for a measurement to be Successful; empty when nothing is asked.</summary>
    public string SuccessCondition { get; init; } = "";

    /// <summary>What makes a measurement Failed; empty when nothing is asked.</summary>
    public string FailureCondition { get; init; } = "";

    /// <summary>Failed measurements tolerated; -1 tolerates any number.</summary>
    public IntOrText? FailureLimit { get; init; }

    /// <summary>Inconclusive measurements tolerated.</summary>
    public IntOrText? InconclusiveLimit { get; init; }

    /// <summary>Errors in a row tolerated.</summary>
    public IntOrText? ConsecutiveErrorLimit { get; init; }

    /// <summary>Successes in a row that end the metric as Successful; 0 or null for none.</summary>
    public IntOrText? ConsecutiveSuccessLimit { get; init; }

    /// <summary>The <c>provider</c> object, as written; undefined when absent.</summary>
    public JsonElement Provider { get; init; }

    /// <summary>The provider fields that are set (AT-7); an empty <c>plugin</c> is none, each of its entries is one.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>The whole metric, as written. Copied into runs, so that fields this version does not know survive.</summary>
    public required JsonElement Source { get; init; }

    /// <summary>How many measurements end the metric; null when it runs for ever (MET-7).</summary>
    public int? EffectiveCount => Count is { Value: not 0 } count ? count.Value : string.IsNullOrEmpty(Interval) ? 1 : null;

    /// <summary>Reads a metric; a field of the wrong type counts as absent (RT-7).</summary>
    /// <param name="json">The metric; the element must own its memory.</param>
    public static Metric Parse(JsonElement json) => Read(new(json));

    internal static Metric Read(Field field)
    {
        field.Is(JsonValueKind.Object, "an object");
        var provider = field["provider"].Object() ?? default;
        return new()
        {
            Name = field["name"].Text() ?? "",
            Interval = field["interval"].Text(),
            InitialDelay = field["initialDelay"].Text(),
            Count = IntOrText.Read(field["count"]),
            SuccessCondition = field["successCondition"].Text() ?? "",
            FailureCondition = field["failureCondition"].Text() ?? "",
            FailureLimit = IntOrText.Read(field["failureLimit"]),
            InconclusiveLimit = IntOrText.Read(field["inconclusiveLimit"]),
            ConsecutiveErrorLimit = IntOrText.Read(field["consecutiveErrorLimit"]),
            ConsecutiveSuccessLimit = IntOrText.Read(field["consecutiveSuccessLimit"]),
            Provider = provider,
            Providers = ReadProviders(provider),
            Source = field.Value,
        };
    }

    private static ImmutableArray<string> ReadProviders(JsonElement provider)
    {
        if (provider.ValueKind != JsonValueKind.Object)
            return [];
        var names = ImmutableArray.CreateBuilder<string>(1);
        foreach (var entry in provider.EnumerateObject())
        {
            if (entry is { Name: "plugin", Value.ValueKind: JsonValueKind.Object })
                names.AddRange(entry.Value.EnumerateObject().Select(p => $"plugin {p.Name}"));
            else if (entry.Value.ValueKind != JsonValueKind.Null)
                names.Add(entry.Name);
        }

        return names.DrainToImmutable();
    }
}
