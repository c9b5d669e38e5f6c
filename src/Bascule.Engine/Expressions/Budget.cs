namespace Bascule.Engine.Expressions;

/// <summary>
/// What one evaluation may cost, so that every expression ends soon: a step is a node evaluated, an element visited or a
/// character made.
/// </summary>
internal sealed class Budget
{
    public const int Steps = 2_000_000;

    private long left = Steps;

    public void Spend(long steps)
    {
        left -= steps;
        if (left < 0)
            throw new ExpressionException($"the expression takes more than {Steps} steps", -1);
    }
}
