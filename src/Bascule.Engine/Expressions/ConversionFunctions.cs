using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Bascule.Engine.Expressions;

/// <summary>Functions from one kind of value to another.</summary>
internal static class ConversionFunctions
{
    private static readonly StaticType Text = new(Kinds.Text);

    public static ImmutableArray<Function> All { get; } =
    [
        new("int", new(Kinds.Integer), (_, a) => new Value.Integer(ToInteger(a[0])), Kinds.Number | Kinds.Text),
        new("float", new(Kinds.Float), (_, a) => new Value.Float(ToFloat(a[0])), Kinds.Number | Kinds.Text),
        new("string", Text, (e, a) => new Value.Text(ValueText.Format(a[0], e.Budget)), Kinds.Any),
        new("type", Text, (_, a) => new Value.Text(TypeWord(a[0])), Kinds.Any),
        new("toJSON", Text, (e, a) => new Value.Text(ValueJson.Write(a[0], e.Budget)), Kinds.Any),
        new("fromJSON", StaticType.Unknown, (e, a) => FromJson(e, ((Value.Text)a[0]).Characters), Kinds.Text),
        new("toBase64", Text, ToBase64, Kinds.Text),
        new("fromBase64", Text, FromBase64, Kinds.Text),
    ];

    private static long ToInteger(Value value) => value switch
    {
        Value.Integer integer => integer.Number,
        Value.Float real => Numbers.Truncate(real.Number),
        Value.Text text when Numbers.TryParseInteger(text.Characters, out var number) => number,
        _ => throw new ExpressionException($"invalid operation: int({ShortText(value)})", -1),
    };

    private static double ToFloat(Value value) => value switch
    {
        Value.Text text when Numbers.TryParseFloat(text.Characters, out var number) => number,
        Value.Text => throw new ExpressionException($"invalid operation: float({ShortText(value)})", -1),
        _ => Numbers.AsDouble(value),
    };

    private static string ShortText(Value value) => value is Value.Text text ? $"\"{(text.Characters.Length > 40 ? text.Characters[..40] + "…" : text.Characters)}\"" : value.TypeName;

    private static string TypeWord(Value value) => value.Kind switch
    {
        Kinds.Nil => "nil",
        Kinds.Boolean => "bool",
        Kinds.Integer => "int",
        Kinds.Float => "float",
        Kinds.Text => "string",
        Kinds.List => "array",
        Kinds.Map => "map",
        _ => value.TypeName,
    };

    private static Value FromJson(Evaluation evaluation, string text)
    {
        evaluation.Budget.Spend(text.Length);
        try
        {
            return ValueJson.Read(JsonElement.Parse(text));
        }
        catch (JsonException e)
        {
            throw new ExpressionException($"fromJSON: {e.Message}", -1);
        }
    }

    private static Value.Text ToBase64(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var text = ((Value.Text)arguments[0]).Characters;
        evaluation.Budget.Spend(text.Length * 2L);
        return new(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }

    private static Value.Text FromBase64(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var text = ((Value.Text)arguments[0]).Characters;
        evaluation.Budget.Spend(text.Length);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written)
            ? new(Encoding.UTF8.GetString(bytes, 0, written))
            : throw new ExpressionException("fromBase64: the text is not base64", -1);
    }
}
