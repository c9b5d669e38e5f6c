using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>A part of a parsed expression. The family is closed.</summary>
internal abstract class Node
{
    /// <summary>Deeper trees are refused, so that no expression can exhaust the stack.</summary>
    public const int MaxDepth = 250;

    private Node(int position, params ReadOnlySpan<Node?> children)
    {
        Position = position;
        foreach (var child in children)
            Depth = Math.Max(Depth, child?.Depth ?? 0);
        if (++Depth > MaxDepth)
            throw new ExpressionException($"the expression is nested more than {MaxDepth} deep", position);
    }

    /// <summary>The character that errors point at.</summary>
    public int Position { get; }

    public int Depth { get; }

    public sealed class Literal(int position, Value value) : Node(position)
    {
        public Value Value => value;
    }

    public sealed class Name(int position, string text) : Node(position)
    {
        public string Text => text;
    }

    public sealed class Unary(int position, string @operator, Node operand) : Node(position, operand)
    {
        public string Operator => @operator;

        public Node Operand => operand;
    }

    public sealed class Binary(int position, string @operator, Node left, Node right) : Node(position, left, right)
    {
        public string Operator => @operator;

        public Node Left => left;

        public Node Right => right;
    }

    /// <summary><c>target.name</c> and <c>target[index]</c>; optional with <c>?.</c>.</summary>
    public sealed class Member(int position, Node target, Node property, bool optional) : Node(position, target, property)
    {
        public Node Target => target;

        public Node Property => property;

        public bool Optional => optional;
    }

    /// <summary>Where a <c>?.</c> that met nil leaves off: the whole chain is nil then.</summary>
    public sealed class Chain(int position, Node inner) : Node(position, inner)
    {
        public Node Inner => inner;
    }

    public sealed class Slice(int position, Node target, Node? from, Node? to) : Node(position, target, from, to)
    {
        public Node Target => target;

        public Node? From => from;

        public Node? To => to;
    }

    public sealed class Call(int position, string function, ImmutableArray<Node> arguments) : Node(position, arguments.AsSpan())
    {
        public string Function => function;

        public ImmutableArray<Node> Arguments => arguments;
    }

    /// <summary>The body that a function such as <c>filter</c> evaluates for each element.</summary>
    public sealed class Predicate(int position, Node body) : Node(position, body)
    {
        public Node Body => body;
    }

    /// <summary><c>#</c>, <c>#index</c> or <c>#acc</c> within a predicate.</summary>
    public sealed class Pointer(int position, string word) : Node(position)
    {
        public string Word => word;
    }

    public sealed class Let(int position, string variable, Node value, Node body) : Node(position, value, body)
    {
        public string Variable => variable;

        public Node Value => value;

        public Node Body => body;
    }

    public sealed class Sequence(int position, ImmutableArray<Node> steps) : Node(position, steps.AsSpan())
    {
        public ImmutableArray<Node> Steps => steps;
    }

    public sealed class Conditional(int position, Node condition, Node then, Node otherwise) : Node(position, condition, then, otherwise)
    {
        public Node Condition => condition;

        public Node Then => then;

        public Node Otherwise => otherwise;
    }

    public sealed class ListOf(int position, ImmutableArray<Node> items) : Node(position, items.AsSpan())
    {
        public ImmutableArray<Node> Items => items;
    }

    public sealed class MapOf(int position, ImmutableArray<Node> keys, ImmutableArray<Node> values) : Node(position, [.. keys, .. values])
    {
        public ImmutableArray<Node> Keys => keys;

        public ImmutableArray<Node> Values => values;
    }
}
