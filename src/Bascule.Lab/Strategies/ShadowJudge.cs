using Bascule.Lab.Load;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>What the pods of the new version answered, by what Prometheus scrapes from them.</summary>
internal static class ShadowJudge
{
    private const string Query = $$"""sum(http_requests_total{app="goprom",version="{{LabOptions.CanaryVersion}}"}) by (status)""";

    /// <summary>Asks.</summary>
    public static async Task<VersionTraffic> AskAsync(Uri prometheus, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = prometheus };
        var samples = await new PrometheusClient(http).QueryAsync(Query, cancellationToken);
        var failed = samples.Where(s => s.Labels.GetValueOrDefault("status", "") is ['4' or '5', ..]).Sum(s => s.Value);
        return new VersionTraffic(LabOptions.CanaryVersion, (long)samples.Sum(s => s.Value), (long)failed, TimeSpan.Zero, TimeSpan.Zero);
    }
}
