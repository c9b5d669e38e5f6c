using System.Globalization;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Expressions;

/// <summary>Values as Go's <c>%v</c> prints them.</summary>
internal static class ValueText
{
    public static string Format(Value value, Budget budget)
    {
        budget.Spend(1);
        var text = value switch
        {
            Value.Nil => "<nil>",
            Value.Boolean boolean => boolean.IsTrue ? "true" : "false",
            Value.Integer integer => integer.Number.ToString(CultureInfo.InvariantCulture),
            Value.Float real => GoNumber.General(real.Number),
            Value.Text characters => characters.Characters,
            Value.List list => $"[{string.Join(' ', list.Items.Select(i => Format(i, budget)))}]",
            Value.Map map => $"map[{string.Join(' ', map.Entries.Select(p => $"{p.Key}:{Format(p.Value, budget)}"))}]",
            Value.Instant instant => instant.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffffff '+0000 UTC'", CultureInfo.InvariantCulture),
            Value.Span span => string.Create(CultureInfo.InvariantCulture, $"{span.Length.TotalSeconds}s"),
            _ => throw new InvalidOperationException(value.TypeName),
        };
        budget.Spend(text.Length);
        return text;
    }
}
