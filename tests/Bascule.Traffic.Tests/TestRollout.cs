using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Kube.Yaml;

namespace Bascule.Traffic.Tests;

/// <summary>Rollouts of tests: named web, in the namespace default.</summary>
internal static class TestRollout
{
    public const string Uid = "11111111-2222-3333-4444-555555555555";

    /// <summary>A Rollout with such a <c>spec.strategy.canary</c>, in YAML.</summary>
    public static Rollout Of(string canary) => Of((JsonObject)YamlReader.ReadAll(canary).Single().Root!);

    /// <summary>A Rollout with such a <c>spec.strategy.canary</c>.</summary>
    public static Rollout Of(JsonObject canary) => Rollout.Read(JsonElement.Parse(new JsonObject
    {
        ["apiVersion"] = "argoproj.io/v1alpha1",
        ["kind"] = "Rollout",
        ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "default", ["uid"] = Uid, ["annotations"] = new JsonObject { ["rollout.argoproj.io/revision"] = "2" } },
        ["spec"] = new JsonObject { ["replicas"] = 4, ["strategy"] = new JsonObject { ["canary"] = canary.DeepClone() } },
    }.ToJsonString()));
}
