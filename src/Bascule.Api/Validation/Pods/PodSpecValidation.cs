using System.Net;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks a pod spec: its volumes and containers, and what belongs to the pod as a whole (VAL-4).</summary>
internal static class PodSpecValidation
{
    private static readonly string[] DnsPolicies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];

    /// <summary>Fields that hold the name of another object.</summary>
    private static readonly string[] ObjectNames = ["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"];

    private static readonly string[] HostNames = ["hostname", "subdomain"];

    private static readonly string[] Ids = ["runAsUser", "runAsGroup", "fsGroup"];

    public static void Check(Findings findings, JsonElement spec)
    {
        VolumeValidation.Check(findings, spec);
        ContainerValidation.Check(findings, spec);
        PortConflicts.Check(findings, spec);
        Dns(findings, spec);
        if (spec.MemberOrNull("nodeSelector") is not null)
            PodTemplateValidation.CheckLabels(findings, spec.Map("nodeSelector"), "nodeSelector");
        if (spec.Bool("shareProcessNamespace") is true && spec.Bool("hostPID") is true)
            findings.Invalid("shareProcessNamespace", true, "cannot be set together with hostPID");
        CheckIds(findings, spec, Ids);
        Secrets(findings, spec);
        if (spec.MemberOrNull("affinity") is { } affinity)
            AffinityValidation.Check(findings, affinity);
        SchedulingValidation.Check(findings, spec);
        CheckNames(findings, spec);
    }

    /// <summary>Checks the user and group ids of a pod's or a container's <c>securityContext</c>.</summary>
    internal static void CheckIds(Findings findings, JsonElement owner, string[] fields)
    {
        if (owner.MemberOrNull("securityContext") is not { } context)
            return;
        using var scope = findings.In("securityContext");
        foreach (var field in fields)
        {
            if (context.Long(field) is { } id and (< 0 or > int.MaxValue))
                findings.Invalid(field, id, "must be between 0 and 2147483647");
        }
    }

    private static void Dns(Findings findings, JsonElement spec)
    {
        var policy = spec.Text("dnsPolicy");
        findings.OneOf("dnsPolicy", policy, DnsPolicies);
        if (policy == "None" && spec.Member("dnsConfig").Texts("nameservers").IsEmpty)
            findings.Required("dnsConfig.nameservers", "must name a server when dnsPolicy is None");
        var i = 0;
        foreach (var alias in spec.List("hostAliases"))
        {
            using var scope = findings.In("hostAliases", i++);
            if (!IPAddress.TryParse(alias.Text("ip"), out _))
                findings.Invalid("ip", alias.Text("ip") ?? "", "must be an IP address");
        }
    }

    private static void Secrets(Findings findings, JsonElement spec)
    {
        var i = 0;
        foreach (var secret in spec.List("imagePullSecrets"))
        {
            using var scope = findings.In("imagePullSecrets", i++);
            if (string.IsNullOrEmpty(secret.Text("name")))
                findings.Required("name", "must name a Secret");
        }
    }

    private static void CheckNames(Findings findings, JsonElement spec)
    {
        foreach (var field in ObjectNames)
        {
            if (spec.Text(field) is { Length: > 0 } name && !Names.IsDnsSubdomain(name))
                findings.Invalid(field, name, Names.DnsSubdomainRule);
        }

        foreach (var field in HostNames)
        {
            if (spec.Text(field) is { Length: > 0 } name && !Names.IsDnsLabel(name))
                findings.Invalid(field, name, Names.DnsLabelRule);
        }

        if (spec.List("ephemeralContainers").Any())
            findings.Forbidden("ephemeralContainers", "a template cannot have ephemeral containers");
    }
}
