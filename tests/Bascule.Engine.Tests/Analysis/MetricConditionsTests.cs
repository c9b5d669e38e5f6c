using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Tests.Analysis;

public sealed class MetricConditionsTests
{
    private const string NoData = "metric result is nil or empty: no data returned from the metric provider";

    private static readonly Dictionary<string, Value> Results = new()
    {
        ["0.99"] = new Value.Float(0.99),
        ["[0.99]"] = Value.Floats([0.99]),
        ["[]"] = Value.Floats([]),
        ["NaN"] = new Value.Float(double.NaN),
        ["[NaN]"] = Value.Floats([double.NaN]),
        ["+Inf"] = new Value.Float(double.PositiveInfinity),
        ["-Inf"] = new Value.Float(double.NegativeInfinity),
        ["nil"] = Value.Absent,
        ["text 1.1"] = new Value.Text("1.1"),
        ["text 7"] = new Value.Text("7"),
    };

    [Theory]
    // EXPR-1: which condition decides
    [InlineData("0.99", "", "", AnalysisPhase.Successful)]
    [InlineData("0.99", "result > 0.5", "", AnalysisPhase.Successful)]
    [InlineData("0.99", "result > 1", "", AnalysisPhase.Failed)]
    [InlineData("0.99", "", "result > 0.5", AnalysisPhase.Failed)]
    [InlineData("0.99", "", "result > 1", AnalysisPhase.Successful)]
    [InlineData("0.99", "true", "true", AnalysisPhase.Failed)]
    [InlineData("0.99", "true", "false", AnalysisPhase.Successful)]
    [InlineData("0.99", "false", "true", AnalysisPhase.Failed)]
    [InlineData("0.99", "false", "false", AnalysisPhase.Inconclusive)]
    // the seed's condition
    [InlineData("[0.99]", "result[0] >= 0.95", "", AnalysisPhase.Successful)]
    // EXPR-6: isNil and default look at the whole result
    [InlineData("nil", "isNil(1)", "", AnalysisPhase.Successful)]
    [InlineData("0.99", "isNil(nil)", "", AnalysisPhase.Failed)]
    [InlineData("nil", "default(5, 0) == 0", "", AnalysisPhase.Successful)]
    [InlineData("0.99", "default(nil, 0) == 0.99", "", AnalysisPhase.Successful)]
    // EXPR-7
    [InlineData("text 7", "asInt(result) == 7", "", AnalysisPhase.Successful)]
    [InlineData("text 1.1", "asFloat(result) == 1.1", "", AnalysisPhase.Successful)]
    [InlineData("0.99", "asInt(1.9) == 1", "", AnalysisPhase.Successful)]
    // EXPR-8
    [InlineData("NaN", "result > 0.5", "", AnalysisPhase.Failed)]
    [InlineData("NaN", "", "result < 0.5", AnalysisPhase.Successful)]
    [InlineData("[NaN]", "isNaN(result[0])", "", AnalysisPhase.Successful)]
    [InlineData("NaN", "result == result", "", AnalysisPhase.Failed)]
    [InlineData("+Inf", "isInf(result)", "", AnalysisPhase.Successful)]
    [InlineData("-Inf", "isInf(result)", "", AnalysisPhase.Successful)]
    // EXPR-9
    [InlineData("nil", "result == nil", "", AnalysisPhase.Successful)]
    [InlineData("[]", "len(result) == 0", "", AnalysisPhase.Successful)]
    [InlineData("[]", "len(result) == 0 || result[0] > 1", "", AnalysisPhase.Successful)]
    public void Conditions_Judge_AsTheTableSays_EXPR1_EXPR5to9(string result, string success, string failure, AnalysisPhase expected)
    {
        var (phase, error) = Judge(result, success, failure);
        Assert.Equal((expected, null), (phase, error));
    }

    [Theory]
    [InlineData("nil", "result > 5", $"could not evaluate successCondition \"result > 5\": {NoData}")]
    [InlineData("[]", "result[0] >= 0.95", $"could not evaluate successCondition \"result[0] >= 0.95\": {NoData}")]
    [InlineData("0.99", "result[0] > 1", "could not evaluate successCondition \"result[0] > 1\": type float64[int] is undefined (1:7)")]
    [InlineData("0.99", "result", "could not evaluate successCondition \"result\": expected bool, but got float64")]
    [InlineData("[0.99]", "result", "could not evaluate successCondition \"result\": expected bool, but got []float64")]
    [InlineData("[0.99]", "result[3] > 1", "could not evaluate successCondition \"result[3] > 1\": index out of range: 3 (array length is 1) (1:7)")]
    [InlineData("[0.99]", "result > 1", "could not evaluate successCondition \"result > 1\": invalid operation: > (mismatched types []float64 and int) (1:8)")]
    [InlineData("0.99", "true || result.field == 1", "could not evaluate successCondition \"true || result.field == 1\": type float64 has no field field (1:16)")]
    [InlineData("0.99", "isNaN('a')", "could not evaluate successCondition \"isNaN('a')\": invalid argument for isNaN (type string) (1:1)")]
    [InlineData("[0.99]", "asInt(result) == 1", "could not evaluate successCondition \"asInt(result) == 1\": asInt() not supported on []float64 (1:1)")]
    [InlineData("text 1.1", "asInt(result) == 1", "could not evaluate successCondition \"asInt(result) == 1\": asInt: \"1.1\" is no whole number (1:1)")]
    [InlineData("0.99", "args.x > 1", "could not evaluate successCondition \"args.x > 1\": unknown name args (1:1)")]
    public void Conditions_ThatCannotBeEvaluated_AreErrors_EXPR3_EXPR4_EXPR7_EXPR12_VER9(string result, string success, string expected)
    {
        var (phase, error) = Judge(result, success, "");
        Assert.Equal((AnalysisPhase.Error, expected), (phase, error));
    }

    [Fact]
    public void Conditions_BothAlwaysEvaluated_EXPR2() =>
        Assert.Equal(AnalysisPhase.Error, Judge("0.99", "true", "nonsense > 1").Phase);

    private static (AnalysisPhase Phase, string? Error) Judge(string result, string success, string failure)
    {
        var metric = new Metric { Name = "m", SuccessCondition = success, FailureCondition = failure, Source = JsonElement.Parse("{}") };
        return MetricConditions.Judge(metric, Results[result], DateTimeOffset.UnixEpoch);
    }
}
