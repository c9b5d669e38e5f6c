using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks the containers and init containers of a pod (VAL-4). A container's <c>privileged</c> is not looked at, as in the reference.</summary>
internal static class ContainerValidation
{
    private static readonly string[] Ids = ["runAsUser", "runAsGroup"];

    public static void Check(Findings findings, JsonElement spec)
    {
        var volumes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in spec.List("volumes"))
            volumes.Add(volume.Text("name") ?? "");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var container in spec.List("containers"))
        {
            using var scope = findings.In("containers", i++);
            Common(findings, container, names, volumes);
            HandlerValidation.Check(findings, container);
        }

        if (i == 0)
            findings.Required("containers", "a pod needs at least one container");
        i = 0;
        foreach (var container in spec.List("initContainers"))
        {
            using var scope = findings.In("initContainers", i++);
            Common(findings, container, names, volumes);
            // An init container that always restarts runs beside the others and is probed like them.
            if (container.Text("restartPolicy") == "Always")
                HandlerValidation.Check(findings, container);
            else
                HandlerValidation.CheckNone(findings, container);
        }
    }

    private static void Common(Findings findings, JsonElement container, HashSet<string> names, HashSet<string> volumes)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0)
            findings.Required("name", "a container needs a name");
        else if (!Names.IsDnsLabel(name))
            findings.Invalid("name", name, Names.DnsLabelRule);
        else if (!names.Add(name))
            findings.Duplicate("name", name, "each container needs a name of its own");
        if (string.IsNullOrEmpty(container.Text("image")))
            findings.Required("image", "a container needs an image");
        findings.OneOf("terminationMessagePolicy", container.Text("terminationMessagePolicy"), ["FallbackToLogsOnError", "File"]);
        Ports(findings, container);
        EnvironmentValidation.Check(findings, container);
        MountValidation.Check(findings, container, volumes);
        if (container.MemberOrNull("resources") is { } resources)
            ResourceValidation.Check(findings, resources);
        findings.OneOf("imagePullPolicy", container.Text("imagePullPolicy"), ["Always", "IfNotPresent", "Never"]);
        PodSpecValidation.CheckIds(findings, container, Ids);
    }

    private static void Ports(Findings findings, JsonElement container)
    {
        HashSet<string>? names = null;
        var i = 0;
        foreach (var port in container.List("ports"))
        {
            using var scope = findings.In("ports", i++);
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (!Names.IsPortName(name))
                    findings.Invalid("name", name, Names.PortNameRule);
                else if (!(names ??= new(StringComparer.Ordinal)).Add(name))
                    findings.Duplicate("name", name, "each port of a container needs a name of its own");
            }

            if (port.Int("containerPort") is not { } number || number == 0)
                findings.Required("containerPort", "a port needs a number");
            else if (!Names.IsPortNumber(number))
                findings.Invalid("containerPort", number, Names.PortNumberRule);
            if (port.Int("hostPort") is { } host && host != 0 && !Names.IsPortNumber(host))
                findings.Invalid("hostPort", host, Names.PortNumberRule);
            findings.OneOf("protocol", port.Text("protocol"), ["SCTP", "TCP", "UDP"]);
        }
    }
}
