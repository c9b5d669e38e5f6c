using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Metrics.Prometheus;

/// <summary>Reads what Prometheus answers (MP-PRM-09..12).</summary>
internal static class PrometheusResponse
{
    public static MeasurementOutcome Read(HttpStatusCode code, byte[] body)
    {
        var ok = (int)code is >= 200 and < 300;
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(body);
        }
        catch (JsonException e)
        {
            return MeasurementOutcome.Failed(ok ? $"bad_response: the answer is not JSON: {e.Message}" : StatusText(code));
        }

        // Prometheus says what is wrong whatever the code: a refused query comes with 400 or 422, a timeout with 503.
        if (answer.Text("status") == "error")
            return MeasurementOutcome.Failed($"{answer.Text("errorType") ?? "error"}: {answer.Text("error") ?? "no reason given"}");
        if (!ok)
            return MeasurementOutcome.Failed(StatusText(code));
        if (answer.Text("status") != "success")
            return MeasurementOutcome.Failed("bad_response: the answer has no status, is this address a Prometheus?");
        try
        {
            return ReadData(answer);
        }
        catch (FormatException e)
        {
            return MeasurementOutcome.Failed($"bad_response: {e.Message}");
        }
    }

    private static string StatusText(HttpStatusCode code) => (int)code switch
    {
        >= 400 and < 500 => string.Create(CultureInfo.InvariantCulture, $"client_error: client error: {(int)code}"),
        >= 500 and < 600 => string.Create(CultureInfo.InvariantCulture, $"server_error: server error: {(int)code}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"bad_response: bad response code {(int)code}"),
    };

    private static MeasurementOutcome ReadData(JsonElement answer)
    {
        var data = answer.Member("data");
        var warnings = string.Join(", ", answer.Items("warnings").Where(w => w.ValueKind == JsonValueKind.String).Select(w => $"\"{w.GetString()}\""));
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        if (warnings.Length > 0)
            metadata = metadata.Add("warnings", warnings);
        switch (data.Text("resultType"))
        {
            case "scalar":
                var scalar = Sample(data.Raw("result") ?? default);
                return MeasurementOutcome.Measured(new Value.Float(scalar), GoNumber.Decimal(scalar), metadata);
            case "vector":
                return Samples(data.Items("result").Select(s => Sample(s.Raw("value") ?? default)), metadata);
            case "matrix":
                return Samples(data.Items("result").SelectMany(s => s.Items("values")).Select(Sample), metadata);
            default:
                return MeasurementOutcome.Failed("Prometheus metric type not supported");
        }
    }

    private static MeasurementOutcome Samples(IEnumerable<double> samples, ImmutableSortedDictionary<string, string> metadata)
    {
        var numbers = samples.ToList();
        return MeasurementOutcome.Measured(Value.Floats(numbers), $"[{string.Join(',', numbers.Select(GoNumber.Decimal))}]", metadata);
    }

    /// <summary>Reads <c>[time, "value"]</c>.</summary>
    private static double Sample(JsonElement pair)
    {
        var text = pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String
            ? pair[1].GetString()!
            : throw new FormatException($"found {(pair.ValueKind == JsonValueKind.Undefined ? "a sample without a number" : pair.GetRawText())}, expected a pair of time and number");
        return text switch
        {
            "NaN" => double.NaN,
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"found the sample \"{text}\", expected a number"),
        };
    }
}
