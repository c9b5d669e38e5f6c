using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Lab.Prometheus;

/// <summary>One element of an instant vector.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value; may be NaN or infinite.</param>
public sealed record PrometheusSample(ImmutableSortedDictionary<string, string> Labels, double Value);

/// <summary>Instant queries over Prometheus' HTTP API.</summary>
public sealed class PrometheusClient(HttpClient http)
{
    /// <summary>Evaluates an expression now.</summary>
    /// <returns>The vector; a scalar is a vector of one element without labels.</returns>
    /// <exception cref="LabException">Prometheus refused the expression; the message says why.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    public async Task<ImmutableArray<PrometheusSample>> QueryAsync(string expression, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("query", expression)]);
        using var answer = await http.PostAsync(new Uri("/api/v1/query", UriKind.Relative), form, cancellationToken);
        var body = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        if (body.GetProperty("status").GetString() != "success")
            throw new LabException($"Prometheus refused the query '{expression}': {body.GetProperty("error").GetString()}");
        var data = body.GetProperty("data");
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "vector" => [.. result.EnumerateArray().Select(e => new PrometheusSample(LabelsOf(e.GetProperty("metric")), ValueOf(e.GetProperty("value"))))],
            "scalar" => [new PrometheusSample(ImmutableSortedDictionary<string, string>.Empty, ValueOf(result))],
            var other => throw new LabException($"the query '{expression}' gives a {other}, expected a vector or a scalar"),
        };
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(JsonElement metric) =>
        metric.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal);

    private static double ValueOf(JsonElement pair) => pair[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        { } text => double.Parse(text, CultureInfo.InvariantCulture),
        null => double.NaN,
    };
}
