namespace Bascule.Engine.Expressions;

/// <summary>The kinds of value in the condition language, as a set.</summary>
[Flags]
public enum Kinds
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <summary><c>nil</c>: no value.</summary>
    Nil = 1,

    /// <summary><c>true</c> and <c>false</c>.</summary>
    Boolean = 2,

    /// <summary>Whole numbers of 64 bits.</summary>
    Integer = 4,

    /// <summary>IEEE doubles.</summary>
    Float = 8,

    /// <summary>Strings.</summary>
    Text = 16,

    /// <summary>Lists.</summary>
    List = 32,

    /// <summary>Maps with string keys.</summary>
    Map = 64,

    /// <summary>Points in time.</summary>
    Instant = 128,

    /// <summary>Lengths of time.</summary>
    Span = 256,

    /// <summary>Both kinds of number.</summary>
    Number = Integer | Float,

    /// <summary>Every kind.</summary>
    Any = 511,
}
