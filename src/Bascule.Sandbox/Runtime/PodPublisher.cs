using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// Writes the status of one pod: one write at a time, the newest status wins, and what is already written is not written
/// again. Thread-safe.
/// </summary>
internal sealed class PodPublisher(IKubeClient client, KubeObject pod, TimeProvider time)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);

    // Guards what is to be written and by whom.
    private readonly Lock gate = new();
    private JsonElement written = pod.Root.At("status");
    private JsonObject? next;
    private Task writer = Task.CompletedTask;

    /// <summary>Writes a status soon.</summary>
    /// <returns>Completes when it, or a newer one, is written, or the pod is gone.</returns>
    public Task Publish(JsonObject status, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var idle = next is null && writer.IsCompleted;
            next = status;
            if (idle)
                writer = WriteAsync(cancellationToken);
            return writer;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        // Leaves the caller's lock, and lets changes of the same moment become one write.
        await Task.Yield();
        while (true)
        {
            JsonObject status;
            lock (gate)
            {
                if (next is null)
                    return;
                status = next;
                next = null;
            }

            if (!await TryWriteAsync(status, cancellationToken))
                return;
        }
    }

    /// <summary>False when the pod is gone, or nobody waits for its status any more.</summary>
    private async Task<bool> TryWriteAsync(JsonObject status, CancellationToken cancellationToken)
    {
        var target = status.ToElement();
        var changed = new JsonObject();
        foreach (var field in target.EnumerateObject().Where(f => !JsonElement.DeepEquals(written.At(f.Name) is { ValueKind: not JsonValueKind.Undefined } v ? v : s_absent, f.Value)))
            changed[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        if (changed.Count == 0)
            return true;
        try
        {
            // Strategic, because others own other conditions in the same list.
            var body = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid }, ["status"] = changed };
            await client.PatchAsync(ResourceTypes.Pods, pod.Key, new Patch(PatchType.StrategicMerge, body), "status", cancellationToken);
            written = target;
            return true;
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone, or replaced by another pod of the same name.
            return false;
        }
        catch (KubeException)
        {
            await Task.Delay(s_retry, time, cancellationToken);
            lock (gate)
                next ??= status;
            return true;
        }
    }

    private static readonly JsonElement s_absent = JsonElement.Parse("null");
}
