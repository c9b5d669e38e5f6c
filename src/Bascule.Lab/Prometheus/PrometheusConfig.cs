using System.Globalization;

namespace Bascule.Lab.Prometheus;

/// <summary>The configuration file: pods are scraped as their annotations say and get the labels that the course's queries use.</summary>
/// <remarks>
/// The rules are those of a cluster's own Prometheus. Only the discovery differs: Debian's build has no
/// <c>kubernetes_sd_configs</c>, so <see cref="PodTargets"/> writes the same labels to a file.
/// </remarks>
internal static class PrometheusConfig
{
    /// <summary>The file.</summary>
    public static string Text(PrometheusOptions options) =>
        $$"""
        global:
          scrape_interval: {{Milliseconds(options.ScrapeInterval)}}
          scrape_timeout: {{Milliseconds(options.ScrapeInterval)}}
        scrape_configs:
        - job_name: kubernetes-pods
          file_sd_configs:
          - files: ['{{PodTargets.FileName}}']
          relabel_configs:
          - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
            regex: "true"
            action: keep
          - source_labels: [__meta_kubernetes_pod_phase]
            regex: Pending|Succeeded|Failed|Completed
            action: drop
          - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
            regex: (.+)
            target_label: __metrics_path__
          - source_labels: [__meta_kubernetes_pod_ip, __meta_kubernetes_pod_annotation_prometheus_io_port]
            regex: (.+);(\d+)
            replacement: $1:$2
            target_label: __address__
          - regex: __meta_kubernetes_pod_label_(.+)
            action: labelmap
          - source_labels: [__meta_kubernetes_namespace]
            target_label: namespace
          - source_labels: [__meta_kubernetes_pod_name]
            target_label: pod
          # The service that balances to these pods bears the name of their app.
          - source_labels: [__meta_kubernetes_pod_label_app]
            target_label: service
          metric_relabel_configs:
          # goprom calls it code, many dashboards call it status.
          - source_labels: [code]
            regex: (.+)
            target_label: status

        """;

    private static string Milliseconds(TimeSpan span) => $"{((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}ms";
}
