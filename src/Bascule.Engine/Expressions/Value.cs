using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>A value of the condition language (EXPR-10). The family is closed; <see cref="Kind"/> tells its members apart.</summary>
public abstract record Value
{
    /// <summary>How deep lists and maps may stand in each other: more is surely a mistake and would exhaust the stack.</summary>
    internal const int MaxDepth = 200;

    private Value()
    {
    }

    /// <summary>The kind, always a single one.</summary>
    public abstract Kinds Kind { get; }

    /// <summary>The type's name in messages, as Go prints it.</summary>
    public abstract string TypeName { get; }

    /// <summary>The absent value.</summary>
    public static Value Absent { get; } = new Nil();

    internal virtual int Depth => 0;

    /// <summary>A list of floats, the result of a vector query.</summary>
    public static Value Floats(IEnumerable<double> numbers) => new List([.. numbers.Select(n => new Float(n))], Kinds.Float);

    private static int DepthOf(IEnumerable<Value> items)
    {
        var depth = 1 + items.Select(i => i.Depth).DefaultIfEmpty(0).Max();
        return depth <= MaxDepth ? depth : throw new ExpressionException($"lists and maps are nested more than {MaxDepth} deep", -1);
    }

    /// <summary><c>nil</c>.</summary>
    public sealed record Nil : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Nil;

        /// <inheritdoc/>
        public override string TypeName => "<nil>";
    }

    /// <summary>A truth value.</summary>
    public sealed record Boolean(bool IsTrue) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Boolean;

        /// <inheritdoc/>
        public override string TypeName => "bool";
    }

    /// <summary>A whole number.</summary>
    public sealed record Integer(long Number) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Integer;

        /// <inheritdoc/>
        public override string TypeName => "int";
    }

    /// <summary>A number with IEEE rules, NaN and infinities included.</summary>
    public sealed record Float(double Number) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Float;

        /// <inheritdoc/>
        public override string TypeName => "float64";
    }

    /// <summary>A string.</summary>
    public sealed record Text(string Characters) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Text;

        /// <inheritdoc/>
        public override string TypeName => "string";
    }

    /// <summary>A list.</summary>
    public sealed record List : Value
    {
        /// <summary>Makes a list.</summary>
        /// <param name="items">The items.</param>
        /// <param name="elements">The kind of every item, when the source promises one.</param>
        public List(ImmutableArray<Value> items, Kinds elements = Kinds.Any)
        {
            Items = items;
            Elements = elements;
            Depth = DepthOf(items);
        }

        /// <summary>The items.</summary>
        public ImmutableArray<Value> Items { get; }

        /// <summary>The kind of every item, or <see cref="Kinds.Any"/>.</summary>
        public Kinds Elements { get; }

        /// <inheritdoc/>
        public override Kinds Kind => Kinds.List;

        /// <inheritdoc/>
        public override string TypeName => Elements == Kinds.Float ? "[]float64" : "[]interface {}";

        internal override int Depth { get; }
    }

    /// <summary>A map.</summary>
    public sealed record Map : Value
    {
        /// <summary>Makes a map.</summary>
        public Map(ImmutableSortedDictionary<string, Value> entries)
        {
            Entries = entries;
            Depth = DepthOf(entries.Values);
        }

        /// <summary>The entries, by key.</summary>
        public ImmutableSortedDictionary<string, Value> Entries { get; }

        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Map;

        /// <inheritdoc/>
        public override string TypeName => "map[string]interface {}";

        internal override int Depth { get; }
    }

    /// <summary>A point in time.</summary>
    public sealed record Instant(DateTimeOffset At) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Instant;

        /// <inheritdoc/>
        public override string TypeName => "time.Time";
    }

    /// <summary>A length of time.</summary>
    public sealed record Span(TimeSpan Length) : Value
    {
        /// <inheritdoc/>
        public override Kinds Kind => Kinds.Span;

        /// <inheritdoc/>
        public override string TypeName => "time.Duration";
    }
}
