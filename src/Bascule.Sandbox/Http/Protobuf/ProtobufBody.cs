using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Http.Protobuf;

/// <summary>
/// Reads Kubernetes' protobuf envelope into JSON. kubectl's typed commands (create deployment, auth can-i) and Go clients
/// send built-in kinds this way without asking whether the server can read it.
/// </summary>
internal static class ProtobufBody
{
    /// <summary>The media type of the envelope.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MaxDepth = 100;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>
    /// The numbers and truths that Go holds behind a pointer, so that zero and false are wishes of their own. Protobuf
    /// sends the others even when nobody set them; those are dropped, as JSON drops them.
    /// </summary>
    private static readonly FrozenSet<string> s_optional =
    [
        "replicas", "minReplicas", "partition", "revisionHistoryLimit", "progressDeadlineSeconds", "terminationGracePeriodSeconds", "activeDeadlineSeconds",
        "gracePeriodSeconds", "deletionGracePeriodSeconds", "tolerationSeconds", "startingDeadlineSeconds", "ttlSecondsAfterFinished",
        "parallelism", "completions", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "suspend",
        "runAsUser", "runAsGroup", "fsGroup", "runAsNonRoot", "privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "defaultMode", "mode", "priority",
        "automountServiceAccountToken", "optional", "enableServiceLinks", "shareProcessNamespace", "hostUsers", "setHostnameAsFQDN", "immutable",
        "controller", "blockOwnerDeletion", "orphanDependents", "allocateLoadBalancerNodePorts", "ready", "serving", "terminating",
        "leaseDurationSeconds", "leaseTransitions", "stabilizationWindowSeconds", "averageUtilization",
    ];

    /// <summary>The object in an envelope.</summary>
    /// <exception cref="Kube.KubeException">400: not an envelope; 415: a kind whose messages are not known here.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
            throw ApiErrors.BadRequest("the body of the request does not begin with the protobuf envelope of Kubernetes");
        var (apiVersion, kind) = ("", "");
        var raw = ReadOnlySpan<byte>.Empty;
        var envelope = new WireReader(body[Magic.Length..]);
        while (envelope.Next())
        {
            if (envelope.Field == 2)
                raw = envelope.Bytes;
            if (envelope.Field != 1)
                continue;
            var type = new WireReader(envelope.Bytes);
            while (type.Next())
            {
                if (type.Field == 1)
                    apiVersion = Encoding.UTF8.GetString(type.Bytes);
                else if (type.Field == 2)
                    kind = Encoding.UTF8.GetString(type.Bytes);
            }
        }

        var message = MessageOf(apiVersion, kind);
        if (MessageTable.Find(message) is null)
            throw ApiErrors.UnsupportedMediaType($"protobuf of {kind} in {apiVersion} is not understood here: send application/json");
        var obj = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        Fill(obj, message, raw, 0);
        return obj;
    }

    private static string MessageOf(string apiVersion, string kind)
    {
        if (kind == "DeleteOptions")
            return "meta.v1.DeleteOptions";
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return $"core.{apiVersion}.{kind}";
        var group = apiVersion[..slash].Split('.')[0];
        return $"{group}.{apiVersion[(slash + 1)..]}.{kind}";
    }

    private static void Fill(JsonObject target, string message, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaxDepth)
            throw ApiErrors.BadRequest($"the body of the request nests deeper than {MaxDepth} messages");
        if (MessageTable.Find(message) is not { } fields)
            return;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (!fields.TryGetValue(reader.Field, out var field))
                continue;
            if (field.Name is null)
                Fill(target, field.Message!, reader.Bytes, depth + 1);
            else if (field.IsMap)
                AddEntry(Inside(target, field.Name), field, reader.Bytes, depth);
            else if (field.IsList)
                AddItem(target, field, reader, depth);
            else if (Value(field, reader, depth) is { } value && !IsUnset(field, value))
                target[field.Name] = value;
        }
    }

    private static JsonObject Inside(JsonObject target, string name)
    {
        if (target[name] is JsonObject inside)
            return inside;
        var made = new JsonObject();
        target[name] = made;
        return made;
    }

    private static void AddItem(JsonObject target, MessageField field, WireReader reader, int depth)
    {
        if (target[field.Name!] is not JsonArray list)
            target[field.Name!] = list = [];
        list.Add(Value(field, reader, depth));
    }

    private static void AddEntry(JsonObject map, MessageField field, ReadOnlySpan<byte> entry, int depth)
    {
        var key = "";
        JsonNode? value = null;
        var reader = new WireReader(entry);
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Field == 2)
                value = Value(field, reader, depth);
        }

        map[key] = value ?? (field.Value is WireValue.Text or WireValue.Bytes ? "" : new JsonObject());
    }

    private static JsonNode? Value(MessageField field, WireReader reader, int depth) => field.Value switch
    {
        WireValue.Text => Encoding.UTF8.GetString(reader.Bytes),
        WireValue.Integer => (long)reader.Number,
        WireValue.Truth => reader.Number != 0,
        WireValue.Bytes => Convert.ToBase64String(reader.Bytes),
        WireValue.Floating => BitConverter.UInt64BitsToDouble(reader.Number),
        WireValue.Message => Message(field.Message!, reader.Bytes, depth),
    };

    private static JsonNode? Message(string message, ReadOnlySpan<byte> bytes, int depth)
    {
        if (WellKnown.Read(message, bytes, out var special))
            return special;
        var obj = new JsonObject();
        Fill(obj, message, bytes, depth + 1);

        // A message that only wraps a list is that list in JSON.
        return message.EndsWith("ExtraValue", StringComparison.Ordinal) ? obj["items"]?.DeepClone() ?? new JsonArray() : obj;
    }

    private static bool IsUnset(MessageField field, JsonNode value) => field.Value switch
    {
        WireValue.Text => value.GetValue<string>().Length == 0,
        WireValue.Integer => value.GetValue<long>() == 0 && !s_optional.Contains(field.Name!),
        WireValue.Truth => !value.GetValue<bool>() && !s_optional.Contains(field.Name!),
        WireValue.Message => field is { Name: "targetPort", Message: "intstr.IntOrString" } && Json.AsInteger(value) == 0,
        WireValue.Bytes or WireValue.Floating => false,
    };
}
