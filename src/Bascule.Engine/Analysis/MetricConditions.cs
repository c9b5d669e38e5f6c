using Bascule.Api.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Analysis;

/// <summary>Judges a measured value by a metric's conditions (EXPR-1..4).</summary>
public static class MetricConditions
{
    /// <summary>Evaluates both conditions, success first.</summary>
    /// <param name="metric">The metric, its arguments resolved.</param>
    /// <param name="result">The measured value.</param>
    /// <param name="now">What <c>now()</c> answers.</param>
    /// <returns>Successful, Failed or Inconclusive; or Error with the reason.</returns>
    public static (AnalysisPhase Phase, string? Error) Judge(Metric metric, Value result, DateTimeOffset now)
    {
        var scope = ExpressionScope.ForResult(result, now);
        var (success, successError) = Holds("successCondition", metric.SuccessCondition, scope, result);
        if (successError is not null)
            return (AnalysisPhase.Error, successError);
        var (failure, failureError) = Holds("failureCondition", metric.FailureCondition, scope, result);
        if (failureError is not null)
            return (AnalysisPhase.Error, failureError);
        return ((success, failure) switch
        {
            (_, true) => AnalysisPhase.Failed,
            (true, _) => AnalysisPhase.Successful,
            (null, null) => AnalysisPhase.Successful,
            (null, false) => AnalysisPhase.Successful,
            (false, null) => AnalysisPhase.Failed,
            (false, false) => AnalysisPhase.Inconclusive,
        }, null);
    }

    /// <summary>Whether the condition holds; null when there is no condition.</summary>
    private static (bool? Holds, string? Error) Holds(string field, string condition, ExpressionScope scope, Value result)
    {
        if (condition.Length == 0)
            return (null, null);
        try
        {
            var value = Expression.Parse(condition).Evaluate(scope);
            return value is Value.Boolean boolean
                ? (boolean.IsTrue, null)
                : (null, Describe(field, condition, result, $"expected bool, but got {value.TypeName}"));
        }
        catch (ExpressionException e)
        {
            return (null, Describe(field, condition, result, e.Describe(condition)));
        }
    }

    private static string Describe(string field, string condition, Value result, string cause)
    {
        var empty = result is Value.Nil or Value.List { Items.Length: 0 };
        return $"could not evaluate {field} \"{condition}\": {(empty ? "metric result is nil or empty: no data returned from the metric provider" : cause)}";
    }
}
