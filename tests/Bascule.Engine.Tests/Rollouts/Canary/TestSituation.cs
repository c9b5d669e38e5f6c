using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>
/// The situation of one pass, written down instead of lived through: the versions are <c>new</c> (of the template),
/// <c>stable</c> and any others, by their hashes.
/// </summary>
internal sealed record TestSituation
{
    /// <summary>The fields of the strategy, each with a comma behind it.</summary>
    public string Strategy { get; init; } = "";

    /// <summary>Whether routers carry out the weights.</summary>
    public bool Routed { get; init; } = true;

    /// <summary><c>trafficRouting</c>'s fields, each with a comma behind it.</summary>
    public string Routing { get; init; } = "";

    /// <summary>The steps.</summary>
    public string Steps { get; init; } = "[]";

    /// <summary>The status; the hashes are given.</summary>
    public string Status { get; init; } = "{}";

    /// <summary>What is recorded as stable.</summary>
    public string StableHash { get; init; } = "stable";

    /// <summary><c>spec.replicas</c>.</summary>
    public int Replicas { get; init; } = 10;

    /// <summary>Versions as <c>hash:wanted/available</c>, oldest first.</summary>
    public string Versions { get; init; } = "stable:10/10 new:0/0";

    /// <summary>The situation.</summary>
    public Situation At => Situation.Of(Seen);

    /// <summary>What is observed.</summary>
    public RolloutObservation Seen
    {
        get
        {
            var rollout = Rollout.Read(JsonElement.Parse($$"""
                {"metadata":{"name":"web","namespace":"shop","uid":"r-1","annotations":{"rollout.argoproj.io/revision":"2"} },
                 "spec":{"replicas":{{Replicas}},"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"new"}]} },
                  "strategy":{"canary":{ {{Strategy}}{{(Routed ? $$"""
                "canaryService":"canary","stableService":"stable","trafficRouting":{ {{Routing}}"istio":{"virtualService":{"name":"web"} } },
                """ : "")}}"steps":{{Steps}} } } },
                 "status":{{Status}} }
                """));
            var hashes = rollout.Status with { StableRS = StableHash, CurrentPodHash = "new" };
            var versions = Versions.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new RolloutObservation
            {
                Rollout = rollout with { Status = hashes },
                ReplicaSets = [.. versions.Select(Version)],
                Now = DateTimeOffset.UnixEpoch,
            };
        }
    }

    private static ReplicaSetView Version(string text, int index)
    {
        var (hash, size) = (text.Split(':')[0], text.Split(':')[1].Split('/'));
        return ReplicaSetView.Read(JsonElement.Parse($$"""
            {"metadata":{"name":"web-{{hash}}","creationTimestamp":"2026-07-01T12:00:0{{index}}Z","labels":{"app":"web","rollouts-pod-template-hash":"{{hash}}"},"annotations":{"rollout.argoproj.io/revision":"{{index + 1}}"},"ownerReferences":[{"uid":"r-1","controller":true}]},
             "spec":{"replicas":{{size[0]}},"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"{{hash}}"}]} } },
             "status":{"replicas":{{size[0]}},"readyReplicas":{{size[1]}},"availableReplicas":{{size[1]}} } }
            """));
    }
}
