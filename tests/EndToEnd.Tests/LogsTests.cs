using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>What a container writes reaches kubectl while it writes.</summary>
public sealed class LogsTests(Cluster cluster)
{
    [Fact]
    public async Task Logs_Followed_ArriveAsTheyAreWritten_AndEndWithThePod()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(
            $"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: talker
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 2
              containers:
              - name: talker
                image: {Cluster.Image}
                env:
                - name: VERSION
                  value: v1
                - name: CRASH_AFTER
                  value: "5s"
            """);
        await cluster.UntilAsync(space.Name, "pod", "talker", p => p["status"]?["phase"]?.GetValue<string>() == "Running", "running");

        // Followed before the container has ended: the command returns only when it has, with what was said until then.
        var followed = await space.KubectlAsync("logs", "-f", "talker");

        Assert.Contains("CRASH_AFTER", followed.Succeeded(), StringComparison.Ordinal);
        var pod = JsonNode.Parse((await space.KubectlAsync("get", "pod", "talker", "-o", "json")).Succeeded())!;
        Assert.Equal("Failed", pod["status"]!["phase"]!.GetValue<string>());
        Assert.Equal(1, pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
    }
}
