using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks a pod's volumes (VAL-4). A volume of no kind is an empty directory, as Kubernetes fills in.</summary>
internal static class VolumeValidation
{
    /// <summary>The kinds of volume, with the field that each cannot do without; empty where one field would not say it.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["hostPath"] = "path",
        ["emptyDir"] = "",
        ["gcePersistentDisk"] = "pdName",
        ["awsElasticBlockStore"] = "volumeID",
        ["gitRepo"] = "repository",
        ["secret"] = "secretName",
        ["nfs"] = "server",
        ["iscsi"] = "targetPortal",
        ["glusterfs"] = "endpoints",
        ["persistentVolumeClaim"] = "claimName",
        ["rbd"] = "image",
        ["flexVolume"] = "driver",
        ["cinder"] = "volumeID",
        ["cephfs"] = "",
        ["flocker"] = "",
        ["downwardAPI"] = "",
        ["fc"] = "",
        ["azureFile"] = "shareName",
        ["configMap"] = "name",
        ["vsphereVolume"] = "volumePath",
        ["quobyte"] = "",
        ["azureDisk"] = "diskName",
        ["photonPersistentDisk"] = "pdID",
        ["projected"] = "",
        ["portworxVolume"] = "volumeID",
        ["scaleIO"] = "",
        ["storageos"] = "",
        ["csi"] = "driver",
        ["ephemeral"] = "",
        ["image"] = "",
    };

    public static void Check(Findings findings, JsonElement spec)
    {
        HashSet<string>? names = null;
        var i = 0;
        foreach (var volume in spec.List("volumes"))
        {
            using var scope = findings.In("volumes", i++);
            Source(findings, volume);
            var name = volume.Text("name") ?? "";
            if (name.Length == 0)
                findings.Required("name", "a volume needs a name");
            else if (!Names.IsDnsLabel(name))
                findings.Invalid("name", name, Names.DnsLabelRule);
            else if (!(names ??= new(StringComparer.Ordinal)).Add(name))
                findings.Duplicate("name", name, "each volume of a pod needs a name of its own");
        }
    }

    private static void Source(Findings findings, JsonElement volume)
    {
        if (volume.ValueKind != JsonValueKind.Object)
            return;
        string? first = null;
        foreach (var property in volume.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Object || !Kinds.TryGetValue(property.Name, out var needs))
                continue;
            if (first is not null)
                findings.Forbidden(property.Name, $"found {first} too, expected one kind of volume");
            first ??= property.Name;
            using var scope = findings.In(property.Name);
            if (needs.Length > 0 && string.IsNullOrEmpty(property.Value.Text(needs)))
                findings.Required(needs, $"a {property.Name} volume needs it");
            if (property.Name is "secret" or "configMap")
                Files(findings, property.Value);
        }
    }

    private static void Files(Findings findings, JsonElement source)
    {
        var i = 0;
        foreach (var item in source.List("items"))
        {
            using var scope = findings.In("items", i++);
            if (string.IsNullOrEmpty(item.Text("key")))
                findings.Required("key", "must name a key");
            if (string.IsNullOrEmpty(item.Text("path")))
                findings.Required("path", "must say which file the key becomes");
        }
    }
}
