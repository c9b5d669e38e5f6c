using System.Text.Json;

namespace Bascule.Sandbox.Runtime;

/// <summary>What a probe is asked for.</summary>
internal enum ProbeKind
{
    /// <summary>Has it started? The others wait for it.</summary>
    Startup,

    /// <summary>Is it alive? If not, it is restarted.</summary>
    Liveness,

    /// <summary>May it get requests?</summary>
    Readiness,
}

/// <summary>A probe as written, with Kubernetes' defaults.</summary>
internal sealed record ProbeSpec
{
    private ProbeSpec(ProbeKind kind, JsonElement probe)
    {
        Kind = kind;
        Source = probe;
        InitialDelay = TimeSpan.FromSeconds(probe.Int("initialDelaySeconds") ?? 0);
        Period = Seconds(probe.Int("periodSeconds"), 10);
        Timeout = Seconds(probe.Int("timeoutSeconds"), 1);
        SuccessThreshold = Math.Max(1, probe.Int("successThreshold") ?? 1);
        FailureThreshold = Math.Max(1, probe.Int("failureThreshold") ?? 3);
    }

    /// <summary>What it is for.</summary>
    public ProbeKind Kind { get; }

    /// <summary>The probe's JSON, which holds its handler.</summary>
    public JsonElement Source { get; }

    /// <summary>Wait after the container started.</summary>
    public TimeSpan InitialDelay { get; }

    /// <summary>From one probe to the next; at least a second.</summary>
    public TimeSpan Period { get; }

    /// <summary>After which a probe has failed; at least a second.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Successes in a row that count as success.</summary>
    public int SuccessThreshold { get; }

    /// <summary>Failures in a row that count as failure.</summary>
    public int FailureThreshold { get; }

    /// <summary>A grace period for restarts by this probe; null for the pod's.</summary>
    public TimeSpan? GracePeriod => Source.Int("terminationGracePeriodSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A container's probe; null when it has none of the kind.</summary>
    public static ProbeSpec? Of(ProbeKind kind, JsonElement container)
    {
        var probe = container.At(kind switch
        {
            ProbeKind.Startup => "startupProbe",
            ProbeKind.Liveness => "livenessProbe",
            ProbeKind.Readiness => "readinessProbe",
        });
        return probe.Exists() ? new ProbeSpec(kind, probe) : null;
    }

    private static TimeSpan Seconds(int? value, int otherwise) => TimeSpan.FromSeconds(Math.Max(1, value is null or 0 ? otherwise : value.Value));
}
