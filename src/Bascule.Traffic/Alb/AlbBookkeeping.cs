using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>The annotation that says which annotations of an Ingress are whose Rollout's (TR-ALB-05).</summary>
internal sealed class AlbBookkeeping
{
    private const string Annotation = "rollouts.argoproj.io/managed-alb-annotations";

    /// <summary>Written by old versions of the incumbent; nobody reads it any more.</summary>
    private const string OldAnnotation = "rollouts.argoproj.io/managed-alb-actions";

    private readonly JsonObject _byRollout;
    private readonly string _rollout;
    private readonly List<string> _keys;

    /// <summary>Reads the annotation.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="rollout">Whose entry is edited.</param>
    /// <exception cref="TrafficRoutingException">The annotation is not as it should be.</exception>
    public AlbBookkeeping(KubeObject ingress, string rollout)
    {
        _rollout = rollout;
        var text = ingress.Annotations.GetValueOrDefault(Annotation, "");
        _byRollout = text.Length == 0 ? [] : AlbJson.Read(text) as JsonObject ?? throw Malformed(ingress, text);
        _keys = _byRollout[rollout] switch
        {
            null => [],
            JsonArray keys => [.. keys.Select(key => key is JsonValue value && value.TryGetValue<string>(out var name) ? name : throw Malformed(ingress, text))],
            _ => throw Malformed(ingress, text),
        };
    }

    /// <summary>The annotations that the Rollout has.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The Rollouts that have annotations of an Ingress; none where the list of them is damaged.</summary>
    public static IEnumerable<string> RolloutsIn(KubeObject ingress) =>
        AlbJson.Read(ingress.Annotations.GetValueOrDefault(Annotation, "{}")) is JsonObject byRollout ? byRollout.Where(r => r.Value is JsonArray keys && keys.All(IsText)).Select(r => r.Key) : [];

    /// <summary>Removes Rollouts from the list.</summary>
    /// <param name="annotations">The annotations of the Ingress.</param>
    /// <param name="rollouts">The Rollouts, all of which are in it.</param>
    public static void Forget(JsonObject annotations, IEnumerable<string> rollouts)
    {
        annotations.Remove(OldAnnotation);
        if (AlbJson.Read(annotations.TextAt(Annotation) ?? "") is not JsonObject byRollout)
            return;
        foreach (var rollout in rollouts)
            byRollout.Remove(rollout);
        if (byRollout.Count == 0)
            annotations.Remove(Annotation);
        else
            AlbJson.Set(annotations, Annotation, byRollout);
    }

    /// <summary>The Rollout has this annotation.</summary>
    public void Add(string key)
    {
        if (!_keys.Contains(key))
            _keys.Add(key);
    }

    /// <summary>The Rollout does not have this annotation any more.</summary>
    public void Remove(string key) => _keys.Remove(key);

    /// <summary>Writes the annotation where it differs, the Rollouts in the order of their names.</summary>
    public void Write(JsonObject annotations)
    {
        _byRollout[_rollout] = new JsonArray([.. _keys.Select(key => JsonValue.Create(key))]);
        AlbJson.Set(annotations, Annotation, new JsonObject(_byRollout.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => KeyValuePair.Create(r.Key, r.Value?.DeepClone()))));
    }

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out _);

    private static TrafficRoutingException Malformed(KubeObject ingress, string found) =>
        new($"annotation {Annotation} of Ingress `{ingress.Name}` should list annotations by Rollout, such as {{\"web\":[\"…\"]}}, found {found}");
}
