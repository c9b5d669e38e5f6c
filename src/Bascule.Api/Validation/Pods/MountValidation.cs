using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks where a container mounts the pod's volumes (VAL-4).</summary>
internal static class MountValidation
{
    private static readonly string[] SubPathFields = ["subPath", "subPathExpr"];

    public static void Check(Findings findings, JsonElement container, HashSet<string> volumes)
    {
        HashSet<string>? paths = null;
        var i = 0;
        foreach (var device in container.List("volumeDevices"))
        {
            using var scope = findings.In("volumeDevices", i++);
            VolumeName(findings, device, volumes);
            if (device.Text("devicePath") is { Length: > 0 } path)
                (paths ??= new(StringComparer.Ordinal)).Add(path);
            else
                findings.Required("devicePath", "must say where the device appears");
        }

        i = 0;
        foreach (var mount in container.List("volumeMounts"))
        {
            using var scope = findings.In("volumeMounts", i++);
            VolumeName(findings, mount, volumes);
            var path = mount.Text("mountPath") ?? "";
            if (path.Length == 0)
                findings.Required("mountPath", "must say where the volume is mounted");
            else if (!(paths ??= new(StringComparer.Ordinal)).Add(path))
                findings.Invalid("mountPath", path, "must be unique among the mounts and devices of the container");
            SubPaths(findings, mount);
        }
    }

    private static void VolumeName(Findings findings, JsonElement mount, HashSet<string> volumes)
    {
        if (mount.Text("name") is not { Length: > 0 } name)
            findings.Required("name", "must name a volume of the pod");
        else if (!volumes.Contains(name))
            findings.NotFound("name", name, "no volume of the pod has this name");
    }

    private static void SubPaths(Findings findings, JsonElement mount)
    {
        foreach (var field in SubPathFields)
        {
            if (mount.Text(field) is not { Length: > 0 } within)
                continue;
            if (within.StartsWith('/'))
                findings.Invalid(field, within, "must be a relative path");
            if (within.Split('/').Contains(".."))
                findings.Invalid(field, within, "must not contain '..'");
        }

        if (!string.IsNullOrEmpty(mount.Text("subPath")) && mount.Text("subPathExpr") is { Length: > 0 } expression)
            findings.Invalid("subPathExpr", expression, "may not be set together with subPath");
    }
}
