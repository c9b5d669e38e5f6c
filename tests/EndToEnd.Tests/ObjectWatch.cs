using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>
/// Waits for an object by <c>kubectl get --watch</c>. A kubectl for every look would keep a core busy with nothing but
/// starting it, and the tests beside this one, which measure, would measure that.
/// </summary>
internal sealed class ObjectWatch(Cluster cluster, string @namespace, string kind, string name)
{
    /// <summary>Between two watches, of which the first was ended by the server.</summary>
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(100);

    /// <summary>The object as last seen; null while there is none.</summary>
    public JsonNode? Last { get; private set; }

    /// <summary>Watches until the object is as expected.</summary>
    /// <returns>False when it was not within the bound.</returns>
    public async Task<bool> UntilAsync(Func<JsonNode, bool> expected, TimeSpan bound)
    {
        using var ending = new CancellationTokenSource(bound);
        try
        {
            while (!await OnceAsync(expected, ending.Token))
                await Task.Delay(s_again, ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>False when this watch ended before the object was as expected.</summary>
    private async Task<bool> OnceAsync(Func<JsonNode, bool> expected, CancellationToken ending)
    {
        // Not by its name: kubectl then gets the object and drops the first event of the watch that follows, and with it what happened between.
        using var process = Shell.Start("kubectl", ["get", kind, "--field-selector", $"metadata.name={name}", "-n", @namespace, "-o", "json", "--watch"], cluster.Variables);
        process.BeginErrorReadLine();
        try
        {
            var text = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(ending) is { } line)
            {
                text.AppendLine(line);
                // Only the last line of an object begins with its closing brace.
                if (!line.StartsWith('}'))
                    continue;
                Last = JsonNode.Parse(text.ToString())!;
                text.Clear();
                if (expected(Last))
                    return true;
            }

            return false;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
