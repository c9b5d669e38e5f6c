using System.Collections.Immutable;
using Bascule.Api;

namespace Bascule.Controller.Views;

/// <summary>What people are shown of a Rollout: made once, printed by every format, terminal and browser alike.</summary>
public sealed record RolloutView
{
    /// <summary>The Rollout's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The phase as a client sees it (PH-1 to PH-21).</summary>
    public required string Status { get; init; }

    /// <summary>Why it has that phase; empty when there is nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary><c>Canary</c>, <c>BlueGreen</c>, or empty when there is none.</summary>
    public string Strategy { get; init; } = "";

    /// <summary>The step being executed, from 0, and the number of steps when done; null without steps.</summary>
    public int? StepIndex { get; init; }

    /// <summary>How many steps there are.</summary>
    public int StepCount { get; init; }

    /// <summary>The step being executed in one line; empty when there is none.</summary>
    public string CurrentStep { get; init; } = "";

    /// <summary>Percent of traffic that the steps ask for; null when the strategy has no weights.</summary>
    public int? SetWeight { get; init; }

    /// <summary>Percent of available pods, or of routed traffic, that the new version has; null when the strategy has no weights.</summary>
    public int? ActualWeight { get; init; }

    /// <summary>Pods wanted.</summary>
    public int Desired { get; init; }

    /// <summary>Pods of all versions.</summary>
    public int Current { get; init; }

    /// <summary>Pods of the new version.</summary>
    public int Updated { get; init; }

    /// <summary>Ready pods.</summary>
    public int Ready { get; init; }

    /// <summary>Available pods.</summary>
    public int Available { get; init; }

    /// <summary>When the Rollout was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What runs, by image.</summary>
    public ImmutableArray<ImageView> Images { get; init; } = [];

    /// <summary>Revisions that still have objects, newest first.</summary>
    public ImmutableArray<RevisionView> Revisions { get; init; } = [];

    /// <summary>The update was given up, by a user or for a failed analysis.</summary>
    public bool IsAborted { get; init; }

    /// <summary>True when the Rollout is where its user wanted it.</summary>
    public bool IsHealthy => Status == RolloutPhases.Healthy;

    /// <summary>True when it will not reach that by itself.</summary>
    public bool IsDegraded => Status == RolloutPhases.Degraded;

    /// <summary>All ReplicaSets, newest revision first.</summary>
    public IEnumerable<ReplicaSetView> ReplicaSets => Revisions.SelectMany(r => r.ReplicaSets);
}

/// <summary>An image that has pods.</summary>
/// <param name="Image">The image.</param>
/// <param name="Tags">The roles of the versions that use it, such as <c>stable</c>.</param>
public sealed record ImageView(string Image, ImmutableArray<string> Tags);

/// <summary>What a revision consists of.</summary>
/// <param name="Number">The revision; 0 when the objects do not say.</param>
/// <param name="ReplicaSets">Its ReplicaSets.</param>
/// <param name="AnalysisRuns">Its analysis runs, oldest first.</param>
public sealed record RevisionView(int Number, ImmutableArray<ReplicaSetView> ReplicaSets, ImmutableArray<AnalysisRunView> AnalysisRuns);

/// <summary>A ReplicaSet as people see it.</summary>
public sealed record ReplicaSetView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The version's hash.</summary>
    public required string Hash { get; init; }

    /// <summary><c>Healthy</c>, <c>Progressing</c>, <c>ScaledDown</c> or <c>ReplicaFailure</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its roles: <c>stable</c>, <c>canary</c>, <c>active</c>, <c>preview</c>.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Pods wanted.</summary>
    public int Desired { get; init; }

    /// <summary>Pods that exist.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods available.</summary>
    public int Available { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it is to be scaled down; null when that is not planned (KEY-7).</summary>
    public DateTimeOffset? ScaleDownDeadline { get; init; }

    /// <summary>The images of its containers.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>Its pods, oldest first.</summary>
    public ImmutableArray<PodView> Pods { get; init; } = [];
}

/// <summary>A pod as people see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">The word that kubectl shows, such as <c>Running</c> or <c>CrashLoopBackOff</c>.</param>
/// <param name="ReadyContainers">Containers that are ready.</param>
/// <param name="Containers">Containers of the spec.</param>
/// <param name="Restarts">Restarts of all containers.</param>
/// <param name="Ip">Its address; empty until it has one.</param>
/// <param name="Node">Where it runs; empty until it does.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record PodView(
    string Name, string Status, int ReadyContainers, int Containers, int Restarts, string Ip, string Node, DateTimeOffset? CreatedAt);

/// <summary>An analysis run as people see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is for: a value of <see cref="Api.RolloutTypes"/>; empty when unknown.</param>
/// <param name="Status">Its phase; empty before it has begun.</param>
/// <param name="Message">Why it ended as it did.</param>
/// <param name="Successful">Good measurements.</param>
/// <param name="Failed">Bad measurements.</param>
/// <param name="Inconclusive">Measurements that were neither.</param>
/// <param name="Error">Measurements that could not be made.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AnalysisRunView(
    string Name, string Kind, string Status, string Message, int Successful, int Failed, int Inconclusive, int Error, DateTimeOffset? CreatedAt);
