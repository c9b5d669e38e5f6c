using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>
/// Keeps a status well below what the API server stores (1.5 MB): the reference keeps whatever providers answer, until a
/// write is refused and the run can never end.
/// </summary>
internal static class StatusBounds
{
    /// <summary>Characters kept of a value, a message or an entry of the metadata.</summary>
    public const int MostText = 4_096;

    /// <summary>Characters kept of all measurements together.</summary>
    public const int MostInAll = 384 * 1_024;

    /// <summary>What a measurement takes beside its texts.</summary>
    private const int Frame = 160;

    /// <summary>The text, or its beginning and how much of it there was.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= MostText)
            return text;
        var note = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"... ({text.Length} characters)");
        var end = MostText - note.Length;
        // Half of a surrogate pair is no text.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), note);
    }

    /// <summary>Leaves out the oldest measurements of the largest results until all fit; the last of each metric stays.</summary>
    public static ImmutableArray<MetricResult> Fit(ImmutableArray<MetricResult> results)
    {
        // Ten measurements of a number are far from any bound, so the usual run is not even added up.
        if (results.Sum(r => r.Measurements.Length) * (Frame + (2L * MostText)) <= MostInAll)
            return results;
        var sizes = results.Select(r => r.Measurements.Sum(Size)).ToArray();
        while (sizes.Sum() > MostInAll)
        {
            var largest = -1;
            for (var i = 0; i < sizes.Length; i++)
            {
                if (results[i].Measurements.Length > 1 && (largest < 0 || sizes[i] > sizes[largest]))
                    largest = i;
            }

            if (largest < 0)
                break;
            var dropped = results[largest].Measurements[0];
            sizes[largest] -= Size(dropped);
            results = results.SetItem(largest, results[largest] with { Measurements = results[largest].Measurements.RemoveAt(0) });
        }

        return results;
    }

    private static long Size(Measurement measurement) =>
        Frame + (measurement.Message?.Length ?? 0) + (measurement.Value?.Length ?? 0) + measurement.Metadata.Sum(p => p.Key.Length + p.Value.Length);
}
