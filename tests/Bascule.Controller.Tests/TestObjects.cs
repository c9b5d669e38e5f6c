using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Tests;

/// <summary>Objects as a cluster would hold them.</summary>
internal static class TestObjects
{
    public const string Namespace = "shop";

    public static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static KubeObject Rollout(string name = "web", string status = "{}", string spec = "{}", string metadata = "{}")
    {
        var item = Json($$"""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
              "metadata": { "name": "{{name}}", "namespace": "{{Namespace}}", "uid": "uid-{{name}}", "resourceVersion": "7", "generation": 2, "creationTimestamp": "2026-01-02T03:00:00Z" },
              "spec": {
                "replicas": 5,
                "selector": { "matchLabels": { "app": "{{name}}" } },
                "template": { "metadata": { "labels": { "app": "{{name}}" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" }, { "name": "side", "image": "side:1" } ] } },
                "strategy": { "canary": { "steps": [ { "setWeight": 20 }, { "pause": {} }, { "setWeight": 60 }, { "pause": { "duration": 10 } } ] } }
              },
              "status": { "observedGeneration": "2", "phase": "Healthy" }
            }
            """);
        Merge(item["metadata"]!, Json(metadata));
        Merge(item["spec"]!, Json(spec));
        Merge(item["status"]!, Json(status));
        return KubeObject.From(item);
    }

    public static Rollout Read(KubeObject rollout) => Api.Rollouts.Rollout.Read(rollout.Root);

    public static KubeObject ReplicaSet(string hash, int revision, string owner = "web", int wanted = 0, int available = 0, string image = "web:1") => KubeObject.From(Json($$"""
        {
          "apiVersion": "apps/v1", "kind": "ReplicaSet",
          "metadata": {
            "name": "{{owner}}-{{hash}}", "namespace": "{{Namespace}}", "uid": "uid-{{owner}}-{{hash}}", "resourceVersion": "3", "generation": 1,
            "creationTimestamp": "2026-01-02T03:0{{revision}}:00Z",
            "labels": { "app": "{{owner}}", "{{Labels.PodTemplateHash}}": "{{hash}}" },
            "annotations": { "{{Annotations.Revision}}": "{{revision}}" },
            "ownerReferences": [ { "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "{{owner}}", "uid": "uid-{{owner}}", "controller": true } ]
          },
          "spec": {
            "replicas": {{wanted}},
            "template": { "metadata": { "labels": { "app": "{{owner}}", "{{Labels.PodTemplateHash}}": "{{hash}}" } }, "spec": { "containers": [ { "name": "web", "image": "{{image}}" } ] } }
          },
          "status": { "observedGeneration": 1, "replicas": {{wanted}}, "availableReplicas": {{available}} }
        }
        """));

    public static KubeObject AnalysisRun(string name, string phase, string owner = "web", int revision = 2) => KubeObject.From(Json($$"""
        {
          "metadata": {
            "name": "{{name}}", "namespace": "{{Namespace}}", "uid": "uid-{{name}}", "creationTimestamp": "2026-01-02T03:04:00Z",
            "labels": { "rollout-type": "Step" }, "annotations": { "{{Annotations.Revision}}": "{{revision}}" },
            "ownerReferences": [ { "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "{{owner}}", "uid": "uid-{{owner}}", "controller": true } ]
          },
          "status": { "phase": "{{phase}}", "message": "", "metricResults": [ { "name": "a", "successful": 3, "failed": 1 }, { "name": "b", "successful": 2, "error": 1 } ] }
        }
        """));

    public static KubeObject Named(string name, string? @namespace = Namespace, string spec = "{}") =>
        KubeObject.From(new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace, ["uid"] = "uid-" + name }, ["spec"] = Json(spec) });

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    /// <summary>The object with some members of a part replaced.</summary>
    public static KubeObject With(KubeObject item, string part, string changes)
    {
        var node = item.ToNode();
        Merge(node[part]!, Json(changes));
        return KubeObject.From(node);
    }

    private static void Merge(JsonNode into, JsonObject changes)
    {
        foreach (var (name, value) in changes)
            into[name] = value?.DeepClone();
    }
}
