using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>One measurement to take, resume or end.</summary>
/// <param name="Namespace">The run's namespace.</param>
/// <param name="Metric">The metric, its arguments resolved, secrets included: not to be shown.</param>
/// <param name="Ordinal">How many measurements of this metric had ended when this one was asked for; tells it from all others.</param>
/// <param name="Unfinished">The measurement to go on with; null for a new one.</param>
/// <param name="Secrets">Values that must not appear in anything that is stored or logged.</param>
public sealed record MeasurementTask(string? Namespace, Metric Metric, int Ordinal, Measurement? Unfinished, ImmutableArray<string> Secrets)
{
    /// <summary>The run's name, for what a provider makes on its behalf.</summary>
    public string RunName { get; init; } = "";

    /// <summary>The run's uid, for what a provider makes on its behalf.</summary>
    public string RunUid { get; init; } = "";

    /// <summary>The name of the metric's provider, such as <c>prometheus</c>; empty when it has none.</summary>
    public string Provider => Metric.Providers is [var first, ..] ? first : "";
}
