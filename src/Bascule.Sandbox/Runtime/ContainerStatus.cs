using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Runtime;

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">128 and the signal when a signal ended it.</param>
/// <param name="Reason"><c>Completed</c>, <c>Error</c> or <c>StartError</c>.</param>
/// <param name="Message">What else there is to say.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Id">The run's id.</param>
internal sealed record EndedRun(int ExitCode, string Reason, string Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Id);

/// <summary>The state of a container: it waits, runs, or has ended.</summary>
/// <param name="Name">The container.</param>
/// <param name="Image">Its image as written.</param>
internal sealed record ContainerStatus(string Name, string Image)
{
    /// <summary>Why it waits; meaningful when it neither runs nor has ended.</summary>
    public string WaitingReason { get; init; } = "ContainerCreating";

    /// <summary>More about why it waits.</summary>
    public string WaitingMessage { get; init; } = "";

    /// <summary>Since when it runs; null when it does not.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>How it ended; null when it runs or waits.</summary>
    public EndedRun? Ended { get; init; }

    /// <summary>How the run before ended.</summary>
    public EndedRun? Last { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>It runs and passes its readiness probe.</summary>
    public bool IsReady { get; init; }

    /// <summary>It runs and passed its startup probe.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The id of its run; empty before the first.</summary>
    public string Id { get; init; } = "";

    /// <summary>It runs or has ended; otherwise it waits.</summary>
    public bool IsWaiting => RunningSince is null && Ended is null;

    /// <summary>Waiting for a reason.</summary>
    public ContainerStatus Waiting(string reason, string message) => this with
    {
        WaitingReason = reason,
        WaitingMessage = message,
        RunningSince = null,
        Last = Ended ?? Last,
        Ended = null,
        IsReady = false,
        IsStarted = false,
    };

    /// <summary>As <c>containerStatuses</c> has it.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["image"] = Image,
        ["imageID"] = Id.Length == 0 ? "" : $"bascule://{ImageCatalog.ShortName(Image)}",
        ["containerID"] = Id.Length == 0 ? null : Id,
        ["ready"] = IsReady,
        ["started"] = IsStarted,
        ["restartCount"] = Restarts,
        ["state"] = State(),
        ["lastState"] = Last is null ? [] : new JsonObject { ["terminated"] = Terminated(Last) },
    };

    private JsonObject State()
    {
        if (RunningSince is { } since)
            return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = since.ToApiTime() } };
        if (Ended is not null)
            return new JsonObject { ["terminated"] = Terminated(Ended) };
        var waiting = new JsonObject { ["reason"] = WaitingReason };
        if (WaitingMessage.Length > 0)
            waiting["message"] = WaitingMessage;
        return new JsonObject { ["waiting"] = waiting };
    }

    private static JsonObject Terminated(EndedRun run)
    {
        var terminated = new JsonObject
        {
            ["exitCode"] = run.ExitCode,
            ["reason"] = run.Reason,
            ["startedAt"] = run.StartedAt.ToApiTime(),
            ["finishedAt"] = run.FinishedAt.ToApiTime(),
            ["containerID"] = run.Id,
        };
        if (run.Message.Length > 0)
            terminated["message"] = run.Message;
        return terminated;
    }
}
