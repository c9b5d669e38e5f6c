using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using static Bascule.Engine.Tests.Analysis.TestRun;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>What a run tells its users: messages and events.</summary>
public sealed class AnalysisRunMessageTests
{
    [Theory]
    [InlineData("result == 1", "result == 9", "Normal", "Successful")]
    [InlineData("result == 9", "result == 1", "Warning", "Failed")]
    [InlineData("result == 8", "result == 9", "Normal", "Inconclusive")]
    [InlineData("nonsense > 1", "", "Warning", "Error")]
    public void Run_Ended_TellsOfItsMetricAndOfItself_RUN20_EV40_EV41(string success, string failure, string type, string phase)
    {
        var run = Of(Metric("m", $"\"consecutiveErrorLimit\":0,\"successCondition\":\"{success}\",\"failureCondition\":\"{failure}\""));

        run.ToTheEnd();

        Assert.Equal([$"{type} Metric{phase}: Metric 'm' Completed. Result: {phase}", $"{type} AnalysisRun{phase}: Analysis Completed. Result: {phase}"], run.Events);
    }

    [Fact]
    public void Metric_ChangingItsPhase_TakesTheMessageOfItsLastMeasurement_RUN16()
    {
        var run = Of(Metric("m", "\"interval\":\"1s\",\"consecutiveErrorLimit\":1"));
        var messages = new Queue<string>(["first", "second"]);
        run.Source = _ => MeasurementOutcome.Failed(messages.Dequeue());

        run.Pass();
        Assert.Null(run.Run.Status.Result("m")!.Message);
        run.ToTheEnd();

        Assert.Equal("second", run.Run.Status.Result("m")!.Message);
    }

    [Fact]
    public void Argument_WithAFieldReference_IsNotResolvedByTheRun_ARG9()
    {
        var run = new TestRun("""
            {"metrics":[{"name":"m","provider":{"test":{"query":"{{args.x}}"}}}],"args":[{"name":"x","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}
            """);

        run.Pass();

        Assert.Equal((AnalysisPhase.Error, "Unable to resolve metric arguments: argument \"x\" was not supplied"), (run.Run.Status.Phase, run.Run.Status.Message));
    }
}
