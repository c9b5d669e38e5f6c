using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>Computes the value of a checked tree.</summary>
internal sealed class Evaluator(ExpressionScope scope)
{
    private readonly Evaluation evaluation = new(scope, new());

    public Value Evaluate(Node node, Frame<Value>? frame)
    {
        try
        {
            evaluation.Budget.Spend(1);
            return Visit(node, frame);
        }
        catch (ExpressionException e) when (e.Position < 0)
        {
            // The functions do not know where they were called; the innermost node that evaluates them does.
            throw new ExpressionException(e.Message, node.Position);
        }
    }

    private Value Visit(Node node, Frame<Value>? frame) => node switch
    {
        Node.Literal literal => literal.Value,
        Node.Name name => Frame<Value>.TryFind(frame, name.Text, out var value) ? value : scope.Name(name.Text)!,
        Node.Unary unary => Arithmetic.Unary(unary.Operator, Evaluate(unary.Operand, frame)),
        Node.Binary binary => Binary(binary, frame),
        Node.Member member => Member(member, frame) ?? Value.Absent,
        Node.Chain chain => Evaluate(chain.Inner, frame),
        Node.Slice slice => Slice(slice, frame),
        Node.Call call => Call(call, frame),
        Node.Predicate predicate => Evaluate(predicate.Body, frame),
        Node.Pointer pointer => Frame<Value>.TryFind(frame, $"#{pointer.Word}", out var value) ? value : Value.Absent,
        Node.Let let => Evaluate(let.Body, new(frame, let.Variable, Evaluate(let.Value, frame))),
        Node.Sequence sequence => sequence.Steps.Select(s => Evaluate(s, frame)).Last(),
        Node.Conditional conditional => Evaluate(Truth(conditional.Condition, frame) ? conditional.Then : conditional.Otherwise, frame),
        Node.ListOf list => new Value.List([.. list.Items.Select(i => Evaluate(i, frame))]),
        Node.MapOf map => Map(map, frame),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private Value Binary(Node.Binary binary, Frame<Value>? frame)
    {
        switch (binary.Operator)
        {
            case "&&" or "and":
                return new Value.Boolean(Truth(binary.Left, frame) && Truth(binary.Right, frame));
            case "||" or "or":
                return new Value.Boolean(Truth(binary.Left, frame) || Truth(binary.Right, frame));
            case "??":
                return Evaluate(binary.Left, frame) is var first and not Value.Nil ? first : Evaluate(binary.Right, frame);
        }

        var (left, right) = (Evaluate(binary.Left, frame), Evaluate(binary.Right, frame));
        switch (binary.Operator)
        {
            case "==":
                return new Value.Boolean(Equality.AreEqual(left, right, evaluation.Budget));
            case "!=":
                return new Value.Boolean(!Equality.AreEqual(left, right, evaluation.Budget));
            case "in":
                return Arithmetic.In(left, right, evaluation.Budget);
            case "..":
                return Arithmetic.Range(left, right, evaluation.Budget);
        }

        if (left is Value.Text text && right is Value.Text other)
            evaluation.Budget.Spend(text.Characters.Length + other.Characters.Length);
        return Arithmetic.Compute(binary.Operator, left, right);
    }

    private bool Truth(Node node, Frame<Value>? frame) => Evaluate(node, frame) switch
    {
        Value.Boolean boolean => boolean.IsTrue,
        var other => throw new ExpressionException($"expected bool, but got {other.TypeName}", node.Position),
    };

    /// <summary>A field or element; null when an optional access met nil, which ends the chain.</summary>
    private Value? Member(Node.Member member, Frame<Value>? frame)
    {
        // Within a chain, an earlier ?. that met nil makes everything after it nil.
        var target = member.Target is Node.Member inner ? Member(inner, frame) : Evaluate(member.Target, frame);
        if (target is null || (member.Optional && target is Value.Nil))
            return null;
        var property = Evaluate(member.Property, frame);
        switch (target, property)
        {
            case (Value.List list, Value.Integer { Number: var index }):
                var length = list.Items.Length;
                var at = index < 0 ? length + index : index;
                return at >= 0 && at < length
                    ? list.Items[(int)at]
                    : throw new ExpressionException($"index out of range: {index} (array length is {length})", member.Position);
            case (Value.Map map, Value.Text key):
                return map.Entries.GetValueOrDefault(key.Characters, Value.Absent);
            default:
                throw new ExpressionException($"cannot fetch {ValueText.Format(property, evaluation.Budget)} from {target.TypeName}", member.Position);
        }
    }

    private Value Slice(Node.Slice slice, Frame<Value>? frame)
    {
        var target = Evaluate(slice.Target, frame);
        var length = target switch
        {
            Value.List list => list.Items.Length,
            Value.Text text => text.Characters.Length,
            _ => throw new ExpressionException($"cannot slice {target.TypeName}", slice.Position),
        };
        var to = Bound(slice.To, length, length, frame);
        var from = Math.Min(Bound(slice.From, 0, length, frame), to);
        evaluation.Budget.Spend(to - from);
        return target is Value.List items ? new Value.List(items.Items[from..to], items.Elements) : new Value.Text(((Value.Text)target).Characters[from..to]);
    }

    private int Bound(Node? node, int absent, int length, Frame<Value>? frame)
    {
        if (node is null)
            return absent;
        if (Evaluate(node, frame) is not Value.Integer { Number: var bound })
            throw new ExpressionException("non-integer slice index", node.Position);
        return (int)Math.Clamp(bound < 0 ? length + bound : bound, 0, length);
    }

    private Value.Map Map(Node.MapOf map, Frame<Value>? frame)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        for (var i = 0; i < map.Keys.Length; i++)
            entries[ValueText.Format(Evaluate(map.Keys[i], frame), evaluation.Budget)] = Evaluate(map.Values[i], frame);
        return new(entries.ToImmutable());
    }

    private Value Call(Node.Call call, Frame<Value>? frame)
    {
        if (PredicateFunctions.Find(call.Function) is not null)
            return PredicateCall(call, frame);
        var arguments = call.Arguments.Select(a => Evaluate(a, frame)).ToImmutableArray();
        var function = scope.Function(call.Function)!;
        // What the checker could not know, it is asked again with the values' own types.
        function.Check([.. arguments.Select(StaticType.Of)], call.Position);
        return function.Invoke(evaluation, arguments);
    }

    private Value PredicateCall(Node.Call call, Frame<Value>? frame)
    {
        if (Evaluate(call.Arguments[0], frame) is not Value.List list)
            throw new ExpressionException($"builtin {call.Function} takes only array", call.Arguments[0].Position);
        var extra = call.Arguments.Length > 2 ? Evaluate(call.Arguments[2], frame) : null;
        Func<Value, int, Value?, Value>? apply = call.Arguments.Length < 2 ? null : Apply;
        return PredicateFunctions.Invoke(call.Function, evaluation, list.Items, apply, extra);

        Value Apply(Value element, int index, Value? accumulator)
        {
            var inner = new Frame<Value>(new(frame, "#index", new Value.Integer(index)), "#", element);
            return Evaluate(call.Arguments[1], accumulator is null ? inner : new(inner, "#acc", accumulator));
        }
    }
}
