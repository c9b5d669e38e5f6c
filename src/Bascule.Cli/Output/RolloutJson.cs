using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Controller.Views;

namespace Bascule.Cli.Output;

/// <summary>The view of a Rollout as JSON, for <c>-o json</c> and <c>-o yaml</c>.</summary>
internal static class RolloutJson
{
    /// <summary>Writes the view; what is unknown is left out.</summary>
    public static JsonObject Of(RolloutView view)
    {
        var json = new JsonObject
        {
            ["name"] = view.Name,
            ["namespace"] = view.Namespace,
            ["status"] = view.Status,
            ["message"] = view.Message,
            ["strategy"] = view.Strategy,
        };
        if (view is { StepIndex: { } index, StepCount: > 0 })
            json["step"] = new JsonObject { ["index"] = index, ["count"] = view.StepCount, ["current"] = view.CurrentStep };
        if (view.SetWeight is { } weight)
            json["weight"] = new JsonObject { ["set"] = weight, ["actual"] = view.ActualWeight };
        json["replicas"] = new JsonObject
        {
            ["desired"] = view.Desired,
            ["current"] = view.Current,
            ["updated"] = view.Updated,
            ["ready"] = view.Ready,
            ["available"] = view.Available,
        };
        Created(json, view.CreatedAt);
        json["images"] = List(view.Images, i => new JsonObject { ["image"] = i.Image, ["tags"] = Texts(i.Tags) });
        json["revisions"] = List(view.Revisions, r => new JsonObject
        {
            ["revision"] = r.Number,
            ["replicaSets"] = List(r.ReplicaSets, ReplicaSet),
            ["analysisRuns"] = List(r.AnalysisRuns, Run),
        });
        return json;
    }

    private static JsonObject ReplicaSet(ReplicaSetView view)
    {
        var json = new JsonObject
        {
            ["name"] = view.Name,
            ["hash"] = view.Hash,
            ["status"] = view.Status,
            ["tags"] = Texts(view.Tags),
            ["desired"] = view.Desired,
            ["current"] = view.Replicas,
            ["available"] = view.Available,
        };
        Created(json, view.CreatedAt);
        if (view.ScaleDownDeadline is { } deadline)
            json["scaleDownDeadline"] = deadline.ToApiTime();
        json["images"] = Texts(view.Images);
        json["pods"] = List(view.Pods, Pod);
        return json;
    }

    private static JsonObject Pod(PodView view)
    {
        var json = new JsonObject
        {
            ["name"] = view.Name,
            ["status"] = view.Status,
            ["readyContainers"] = view.ReadyContainers,
            ["containers"] = view.Containers,
            ["restarts"] = view.Restarts,
            ["ip"] = view.Ip,
            ["node"] = view.Node,
        };
        Created(json, view.CreatedAt);
        return json;
    }

    private static JsonObject Run(AnalysisRunView view)
    {
        var json = new JsonObject
        {
            ["name"] = view.Name,
            ["kind"] = view.Kind,
            ["status"] = view.Status,
            ["message"] = view.Message,
            ["successful"] = view.Successful,
            ["failed"] = view.Failed,
            ["inconclusive"] = view.Inconclusive,
            ["error"] = view.Error,
        };
        Created(json, view.CreatedAt);
        return json;
    }

    private static void Created(JsonObject json, DateTimeOffset? at)
    {
        if (at is { } instant)
            json["createdAt"] = instant.ToApiTime();
    }

    private static JsonArray Texts(IEnumerable<string> texts) => List(texts, t => (JsonNode)t);

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> one)
    {
        var list = new JsonArray();
        foreach (var item in items)
            list.Add(one(item));
        return list;
    }
}
