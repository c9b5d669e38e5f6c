using Bascule.Cli.Output;
using Bascule.Cli.Terminals;
using Bascule.Controller.Views;

namespace Bascule.Cli.Tests.Output;

public sealed class RolloutTextTests
{
    private static readonly RolloutView View = new()
    {
        Name = "web",
        Namespace = "shop",
        Status = "Paused",
        Message = "CanaryPauseStep",
        Strategy = "Canary",
        StepIndex = 1,
        StepCount = 8,
        CurrentStep = "pause",
        SetWeight = 20,
        ActualWeight = 20,
        Desired = 5,
        Current = 5,
        Updated = 1,
        Ready = 5,
        Available = 5,
        CreatedAt = TestProgram.Epoch.AddHours(-1),
        Images = [new("web:1", ["stable"]), new("web:2", ["canary"])],
        Revisions =
        [
            new(
                2,
                [
                    new ReplicaSetView
                    {
                        Name = "web-bbb",
                        Hash = "bbb",
                        Status = "Healthy",
                        Tags = ["canary"],
                        CreatedAt = TestProgram.Epoch.AddSeconds(-30),
                        Pods = [new("web-bbb-x", "Running", 1, 1, 2, "127.1.0.1", "here", TestProgram.Epoch.AddSeconds(-30))],
                        Images = ["web:2"],
                    },
                ],
                [new("web-bbb-2-1", "Step", "Failed", "metric bad", 3, 1, 0, 0, TestProgram.Epoch.AddSeconds(-20))]),
            new(1, [new ReplicaSetView { Name = "web-aaa", Hash = "aaa", Status = "ScaledDown", Tags = ["stable"], CreatedAt = TestProgram.Epoch.AddHours(-1), ScaleDownDeadline = TestProgram.Epoch.AddSeconds(25) }], []),
        ],
    };

    [Fact]
    public void Render_MidCanary_ShowsTheTree() => Assert.Equal(
        """
        Name:            web
        Namespace:       shop
        Status:          ॥ Paused
        Message:         CanaryPauseStep
        Strategy:        Canary
          Step:          1/8 (pause)
          SetWeight:     20
          ActualWeight:  20
        Images:          web:1 (stable)
                         web:2 (canary)
        Replicas:
          Desired:       5
          Current:       5
          Updated:       1
          Ready:         5
          Available:     5

        NAME                  KIND         STATUS        AGE  INFO
        ⟳ web                 Rollout      ॥ Paused      60m
        ├──# revision:2
        │  ├──⧉ web-bbb       ReplicaSet   ✔ Healthy     30s  canary
        │  │  └──□ web-bbb-x  Pod          ✔ Running     30s  ready:1/1,restarts:2
        │  └──α web-bbb-2-1   AnalysisRun  ✖ Failed      20s  ✔ 3,✖ 1
        └──# revision:1
           └──⧉ web-aaa       ReplicaSet   • ScaledDown  60m  stable,delay:25s

        """,
        Print(wide: false).Replace("  \n", "\n", StringComparison.Ordinal));

    [Fact]
    public void Render_Wide_AddsWherePodsRun() => Assert.Contains("127.1.0.1 here", Print(wide: true), StringComparison.Ordinal);

    [Fact]
    public void Line_MidCanary_SaysItAllOnce() => Assert.Equal(
        "Paused - CanaryPauseStep, step 2/8, weight 20% of 20%, 1 updated, 5 of 5 available", RolloutText.Line(View));

    private static string Print(bool wide)
    {
        using var output = new StringWriter();
        new Terminal(output, TextWriter.Null, false, false, false).Out.Write(new RolloutText(TestProgram.Epoch, wide).Render(View));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
