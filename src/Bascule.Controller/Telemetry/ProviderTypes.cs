using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Controller.Telemetry;

/// <summary>How the metrics of the controller name where an analysis measures (MP-C-03).</summary>
internal static class ProviderTypes
{
    /// <summary>Of a metric whose provider is none of those that are known.</summary>
    public const string Unknown = "Unknown Provider";

    /// <summary>The name for a metric of a template or a run.</summary>
    /// <param name="metric">The metric as written.</param>
    public static string Of(JsonElement metric)
    {
        var provider = metric.Member("provider");
        if (provider.ValueKind != JsonValueKind.Object)
            return Unknown;
        foreach (var member in provider.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && Name(member.Name) is { } name)
                return name;
        }

        return Unknown;
    }

    private static string? Name(string field) => field switch
    {
        "prometheus" => "Prometheus",
        "job" => "Job",
        "kayenta" => "Kayenta",
        "web" => "Web",
        "datadog" => "Datadog",
        "wavefront" => "Wavefront",
        "newRelic" => "NewRelic",
        "cloudWatch" => "CloudWatch",
        "graphite" => "Graphite",
        "influxdb" => "Influxdb",
        "skywalking" => "skywalking",
        "plugin" => "RPCPlugin",
        _ => null,
    };
}
