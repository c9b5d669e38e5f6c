namespace Bascule.Engine.Expressions;

/// <summary>When two values are equal: numbers across both kinds, lists and maps by content, NaN never.</summary>
internal static class Equality
{
    public static bool AreEqual(Value left, Value right, Budget budget)
    {
        budget.Spend(1);
        return (left, right) switch
        {
            (Value.Integer a, Value.Integer b) => a.Number == b.Number,
            (Value.Integer or Value.Float, Value.Integer or Value.Float) => Numbers.AsDouble(left) == Numbers.AsDouble(right),
            (Value.List a, Value.List b) => a.Items.Length == b.Items.Length && a.Items.Zip(b.Items).All(p => AreEqual(p.First, p.Second, budget)),
            (Value.Map a, Value.Map b) => a.Entries.Count == b.Entries.Count
                && a.Entries.All(p => b.Entries.TryGetValue(p.Key, out var other) && AreEqual(p.Value, other, budget)),
            (Value.Nil, Value.Nil) => true,
            (Value.Boolean a, Value.Boolean b) => a.IsTrue == b.IsTrue,
            (Value.Text a, Value.Text b) => a.Characters == b.Characters,
            (Value.Instant a, Value.Instant b) => a.At == b.At,
            (Value.Span a, Value.Span b) => a.Length == b.Length,
            _ => false,
        };
    }
}
