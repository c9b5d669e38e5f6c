using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>A field selector in the API's string form. Each kind offers a closed set of fields.</summary>
internal sealed class FieldSelector
{
    private static readonly FrozenDictionary<StorageKey, FrozenSet<string>> s_offered = new Dictionary<StorageKey, FrozenSet<string>>
    {
        [new("", "pods")] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"],
        [new("", "events")] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
            "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath",
            "reason", "reportingComponent", "reportingController", "source", "type",
        ],
        [new("", "namespaces")] = ["status.phase"],
        [new("", "nodes")] = ["spec.unschedulable"],
        [new("", "secrets")] = ["type"],
        [new("", "services")] = ["spec.clusterIP", "spec.type"],
        [new("", "replicationcontrollers")] = ["status.replicas"],
        [new("apps", "replicasets")] = ["status.replicas"],
        [new("batch", "jobs")] = ["status.successful"],
    }.ToFrozenDictionary();

    private readonly ImmutableArray<Requirement> _requirements;

    private FieldSelector(ImmutableArray<Requirement> requirements) => _requirements = requirements;

    public static FieldSelector Everything { get; } = new([]);

    public bool IsEverything => _requirements.IsEmpty;

    /// <summary>The one name the selector allows; null when it allows several.</summary>
    public string? OnlyName => _requirements.FirstOrDefault(r => r is { Path: "metadata.name", Negated: false })?.Value;

    /// <summary>Reads <c>a=b,c==d,e!=f</c>; a backslash takes <c>,</c> and <c>=</c> literally.</summary>
    /// <param name="text">The selector; null or empty for everything.</param>
    /// <param name="type">The resource selected from, which decides the fields.</param>
    /// <exception cref="KubeException">400: not a selector, or a field the kind does not offer.</exception>
    public static FieldSelector Parse(string? text, ResourceType type)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Everything;
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var part in SplitUnescaped(text))
        {
            if (part.Length == 0)
                continue;
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw ApiErrors.BadRequest($"invalid field selector: \"{text}\"; found '{part}', expected: field=value or field!=value");
            var negated = part[at - 1] == '!';
            var path = part[..(negated ? at - 1 : at)];
            var value = Unescape(part[(at + 1)..].StartsWith('=') ? part[(at + 2)..] : part[(at + 1)..]);
            if (!IsOffered(path, type))
                throw ApiErrors.BadRequest($"Unable to find \"{type.ApiVersion}, Resource={type.Plural}\" that match label selector \"\", field selector \"{text}\": field label not supported: {path}");
            requirements.Add(new(path, value, negated));
        }

        return new(requirements.ToImmutable());
    }

    public bool Matches(StoredObject candidate)
    {
        JsonElement? parsed = null;
        foreach (var requirement in _requirements)
        {
            var value = requirement.Path switch
            {
                "metadata.name" => candidate.Name,
                "metadata.namespace" => candidate.Namespace ?? "",
                _ => Read(parsed ??= JsonElement.Parse(candidate.Json.Span, JsonLimits.Stored), requirement.Path),
            };
            if ((value == requirement.Value) == requirement.Negated)
                return false;
        }

        return true;
    }

    private static bool IsOffered(string path, ResourceType type) =>
        path is "metadata.name" or "metadata.namespace" || (s_offered.TryGetValue(StorageKey.Of(type), out var offered) && offered.Contains(path));

    private static string Read(JsonElement root, string path)
    {
        var (real, absent) = path switch
        {
            "status.successful" => ("status.succeeded", "0"),
            "status.replicas" => (path, "0"),
            "spec.unschedulable" or "spec.hostNetwork" => (path, "false"),
            "source" => ("source.component", ""),
            "reportingController" => ("reportingComponent", ""),
            _ when path.StartsWith("regarding.", StringComparison.Ordinal) => ("involvedObject." + path["regarding.".Length..], ""),
            _ => (path, ""),
        };
        var node = root;
        foreach (var step in real.Split('.'))
        {
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(step, out node))
                return absent;
        }

        return node.ValueKind == JsonValueKind.String ? node.GetString()! : node.GetRawText();
    }

    private static List<string> SplitUnescaped(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                part.Append(text[i]).Append(text[++i]);
            else if (text[i] == ',')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var plain = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
            plain.Append(value[i] == '\\' && i + 1 < value.Length ? value[++i] : value[i]);
        return plain.ToString();
    }

    private sealed record Requirement(string Path, string Value, bool Negated);
}
