using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks a container's probes and lifecycle hooks (VAL-4).</summary>
internal static class HandlerValidation
{
    private static readonly string[] Hooks = ["postStart", "preStop"];

    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];

    private static readonly string[] ProbeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    private static readonly string[] HookHandlers = ["exec", "httpGet", "tcpSocket", "sleep"];

    private static readonly string[] NotNegative = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    public static void Check(Findings findings, JsonElement container)
    {
        if (container.MemberOrNull("lifecycle") is { } lifecycle)
        {
            using var scope = findings.In("lifecycle");
            foreach (var hook in Hooks)
            {
                using var entry = findings.In(hook);
                if (lifecycle.MemberOrNull(hook) is { } handler)
                    Handler(findings, handler, HookHandlers);
            }
        }

        foreach (var name in Probes)
        {
            using var scope = findings.In(name);
            if (container.MemberOrNull(name) is { } probe)
                Probe(findings, probe, name == "readinessProbe");
        }
    }

    /// <summary>For an init container that ends: it cannot have any.</summary>
    public static void CheckNone(Findings findings, JsonElement container)
    {
        foreach (var name in Probes.Prepend("lifecycle"))
        {
            if (container.MemberOrNull(name) is not null)
                findings.Forbidden(name, "may not be set for an init container without restartPolicy Always");
        }
    }

    private static void Probe(Findings findings, JsonElement probe, bool isReadiness)
    {
        Handler(findings, probe, ProbeHandlers);
        foreach (var field in NotNegative)
        {
            if (probe.Int(field) is { } number && number < 0)
                findings.Invalid(field, number, "must be greater than or equal to 0");
        }

        if (!isReadiness && probe.Int("successThreshold") is { } threshold and not (0 or 1))
            findings.Invalid("successThreshold", threshold, "must be 1");
        if (probe.Long("terminationGracePeriodSeconds") is { } grace && (isReadiness || grace <= 0))
            findings.Invalid("terminationGracePeriodSeconds", grace, isReadiness ? "must not be set for a readiness probe" : "must be greater than 0");
    }

    private static void Handler(Findings findings, JsonElement handler, string[] kinds)
    {
        string? first = null;
        foreach (var kind in kinds)
        {
            if (handler.MemberOrNull(kind) is not { } action)
                continue;
            if (first is not null)
                findings.Forbidden(kind, $"found {first} too, expected exactly one of {string.Join(", ", kinds)}");
            first ??= kind;
            using var scope = findings.In(kind);
            Action(findings, action, kind);
        }

        if (first is null)
            findings.Required("", $"expected exactly one of {string.Join(", ", kinds)}");
    }

    private static void Action(Findings findings, JsonElement action, string kind)
    {
        switch (kind)
        {
            case "exec" when !action.List("command").Any():
                findings.Required("command", "must name a program");
                break;
            case "httpGet" or "tcpSocket":
                Port(findings, action.IntOrString("port"));
                findings.OneOf("scheme", action.Text("scheme"), ["HTTP", "HTTPS"]);
                break;
            case "grpc" when !Names.IsPortNumber(action.Int("port") ?? 0):
                findings.Invalid("port", action.Int("port") ?? 0, Names.PortNumberRule);
                break;
        }
    }

    /// <summary>A port is told by its number, or by the name that the container gives it.</summary>
    private static void Port(Findings findings, IntOrString? port)
    {
        if (port is { Text: { } name })
        {
            if (!Names.IsPortName(name))
                findings.Invalid("port", name, Names.PortNameRule);
        }
        else if (!Names.IsPortNumber(port?.Number ?? 0))
        {
            findings.Invalid("port", port?.Number ?? 0, Names.PortNumberRule);
        }
    }
}
