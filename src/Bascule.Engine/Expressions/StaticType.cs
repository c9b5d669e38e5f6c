namespace Bascule.Engine.Expressions;

/// <summary>What is known of a value before evaluation (EXPR-12). Nothing known is <see cref="Kinds.Any"/>.</summary>
/// <param name="Kind">One kind, or <see cref="Kinds.Any"/>.</param>
/// <param name="Elements">For a list or map: the kind of its elements, or <see cref="Kinds.Any"/>.</param>
internal readonly record struct StaticType(Kinds Kind, Kinds Elements = Kinds.Any)
{
    public static StaticType Unknown { get; } = new(Kinds.Any);

    public bool IsUnknown => Kind == Kinds.Any;

    public string Name => Kind switch
    {
        Kinds.Nil => "nil",
        Kinds.Boolean => "bool",
        Kinds.Integer => "int",
        Kinds.Float => "float64",
        Kinds.Text => "string",
        Kinds.List => $"[]{(Elements == Kinds.Any ? "interface {}" : new StaticType(Elements).Name)}",
        Kinds.Map => "map[string]interface {}",
        Kinds.Instant => "time.Time",
        Kinds.Span => "time.Duration",
        _ => "unknown",
    };

    public static StaticType Of(Value value) => new(value.Kind, (value as Value.List)?.Elements ?? Kinds.Any);

    /// <summary>True when a value of this type may be of one of the kinds.</summary>
    public bool MayBe(Kinds kinds) => (Kind & kinds) != 0;

    /// <summary>The type of an element.</summary>
    public StaticType Element() => Kind is Kinds.List or Kinds.Map ? new(Elements) : Unknown;
}
