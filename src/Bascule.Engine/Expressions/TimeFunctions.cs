using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Json;

namespace Bascule.Engine.Expressions;

/// <summary>Functions over time; now is the scope's (EXPR-14).</summary>
internal static class TimeFunctions
{
    public static ImmutableArray<Function> All { get; } =
    [
        new("now", new(Kinds.Instant), (e, _) => new Value.Instant(e.Scope.Now)),
        new("duration", new(Kinds.Span), (_, a) => new Value.Span(Duration(((Value.Text)a[0]).Characters)), Kinds.Text),
        new("date", new(Kinds.Instant), (_, a) => new Value.Instant(Date(((Value.Text)a[0]).Characters)), Kinds.Text),
    ];

    private static TimeSpan Duration(string text) =>
        GoDuration.TryParse(text, out var duration) ? duration : throw new ExpressionException($"time: invalid duration \"{text}\"", -1);

    private static DateTimeOffset Date(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd", "HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date)
            ? date
            : throw new ExpressionException($"invalid date {text}", -1);
}
