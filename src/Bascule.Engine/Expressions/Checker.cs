using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>
/// Finds what cannot fit before anything is evaluated, from the actual types of the names in scope (EXPR-12): so a
/// condition that is wrong for this result is an error even where evaluation would not have come by.
/// </summary>
internal sealed partial class Checker
{
    private static readonly StaticType Boolean = new(Kinds.Boolean);
    private static readonly StaticType Integer = new(Kinds.Integer);
    private static readonly StaticType Float = new(Kinds.Float);

    private readonly ExpressionScope scope;

    private Checker(ExpressionScope scope) => this.scope = scope;

    public static StaticType Check(Node root, ExpressionScope scope) => new Checker(scope).Visit(root, null);

    private StaticType Visit(Node node, Frame<StaticType>? frame) => node switch
    {
        Node.Literal literal => StaticType.Of(literal.Value),
        Node.Name name => Name(name, frame),
        Node.Unary unary => Unary(unary, Visit(unary.Operand, frame)),
        Node.Binary binary => Binary(binary, Visit(binary.Left, frame), Visit(binary.Right, frame)),
        Node.Member member => Member(member, Visit(member.Target, frame), Visit(member.Property, frame)),
        Node.Chain chain => Chain(Visit(chain.Inner, frame)),
        Node.Slice slice => Slice(slice, frame),
        Node.Call call => Call(call, frame),
        Node.Predicate predicate => Visit(predicate.Body, frame),
        Node.Pointer pointer => Pointer(pointer, frame),
        Node.Let let => Visit(let.Body, new(frame, let.Variable, Visit(let.Value, frame))),
        Node.Sequence sequence => sequence.Steps.Select(s => Visit(s, frame)).Last(),
        Node.Conditional conditional => Conditional(conditional, frame),
        Node.ListOf list => new(Kinds.List, Common([.. list.Items.Select(i => Visit(i, frame))])),
        Node.MapOf map => Map(map, frame),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private StaticType Name(Node.Name name, Frame<StaticType>? frame)
    {
        if (Frame<StaticType>.TryFind(frame, name.Text, out var variable))
            return variable;
        return scope.Name(name.Text) is { } value ? StaticType.Of(value) : throw new ExpressionException($"unknown name {name.Text}", name.Position);
    }

    private static StaticType Pointer(Node.Pointer pointer, Frame<StaticType>? frame) =>
        Frame<StaticType>.TryFind(frame, $"#{pointer.Word}", out var type) ? type : throw new ExpressionException($"unknown pointer #{pointer.Word}", pointer.Position);

    private static StaticType Unary(Node.Unary unary, StaticType operand)
    {
        var isNot = unary.Operator is "!" or "not";
        if (!operand.MayBe(isNot ? Kinds.Boolean : Kinds.Number))
            throw new ExpressionException($"invalid operation: {unary.Operator} (mismatched type {operand.Name})", unary.Position);
        return isNot ? Boolean : operand;
    }

    private static StaticType Chain(StaticType inner) =>
        // What stands behind ?. may turn out to be nil.
        inner.Kind == Kinds.Nil ? inner : StaticType.Unknown;

    private static StaticType Member(Node.Member member, StaticType target, StaticType property)
    {
        var field = member.Property is Node.Literal { Value: Value.Text text } ? text.Characters : null;
        switch (target.Kind)
        {
            case Kinds.Any:
                return StaticType.Unknown;
            case Kinds.Map when property.MayBe(Kinds.Text):
                return target.Element();
            case Kinds.Map:
                throw new ExpressionException($"cannot use {property.Name} to get an element from {target.Name}", member.Position);
            case Kinds.List when property.MayBe(Kinds.Integer):
                return target.Element();
            case Kinds.List when field is null:
                throw new ExpressionException($"array elements can only be selected using an integer (got {property.Name})", member.Position);
            default:
                throw new ExpressionException(
                    field is null ? $"type {target.Name}[{property.Name}] is undefined" : $"type {target.Name} has no field {field}", member.Position);
        }
    }

    private StaticType Slice(Node.Slice slice, Frame<StaticType>? frame)
    {
        var target = Visit(slice.Target, frame);
        if (!target.MayBe(Kinds.List | Kinds.Text))
            throw new ExpressionException($"cannot slice {target.Name}", slice.Position);
        foreach (var bound in (ReadOnlySpan<Node?>)[slice.From, slice.To])
        {
            if (bound is not null && Visit(bound, frame) is var type && !type.MayBe(Kinds.Integer))
                throw new ExpressionException($"non-integer slice index {type.Name}", bound.Position);
        }

        return target;
    }

    private StaticType Conditional(Node.Conditional conditional, Frame<StaticType>? frame)
    {
        var condition = Visit(conditional.Condition, frame);
        if (!condition.MayBe(Kinds.Boolean))
            throw new ExpressionException($"non-bool expression (type {condition.Name}) used as condition", conditional.Condition.Position);
        var (then, otherwise) = (Visit(conditional.Then, frame), Visit(conditional.Otherwise, frame));
        return then == otherwise ? then : StaticType.Unknown;
    }

    private StaticType Map(Node.MapOf map, Frame<StaticType>? frame)
    {
        foreach (var key in map.Keys)
            _ = Visit(key, frame);
        return new(Kinds.Map, Common([.. map.Values.Select(v => Visit(v, frame))]));
    }

    private StaticType Call(Node.Call call, Frame<StaticType>? frame)
    {
        if (PredicateFunctions.Find(call.Function) is { } shape)
            return PredicateCall(call, shape, frame);
        var function = scope.Function(call.Function) ?? throw new ExpressionException($"unknown name {call.Function}", call.Position);
        function.Check([.. call.Arguments.Select(a => Visit(a, frame))], call.Position);
        return function.Returns;
    }

    private StaticType PredicateCall(Node.Call call, PredicateFunctions.Shape shape, Frame<StaticType>? frame)
    {
        shape.CheckCount(call.Function, call.Arguments.Length, call.Position);
        var list = Visit(call.Arguments[0], frame);
        if (!list.MayBe(Kinds.List))
            throw new ExpressionException($"builtin {call.Function} takes only array (got {list.Name})", call.Arguments[0].Position);
        if (call.Arguments.Length > 1)
        {
            var inner = new Frame<StaticType>(new(frame, "#index", Integer), "#", list.Element());
            if (call.Function == "reduce")
                inner = new(inner, "#acc", StaticType.Unknown);
            var result = Visit(call.Arguments[1], inner);
            if (!result.MayBe(shape.Predicate))
                throw new ExpressionException($"predicate of {call.Function} should return {(shape.Predicate == Kinds.Boolean ? "bool" : "a number")} (got {result.Name})", call.Arguments[1].Position);
        }

        if (call.Arguments.Length > 2 && Visit(call.Arguments[2], frame) is var extra && !extra.MayBe(shape.Extra))
            throw new ExpressionException($"invalid argument for {call.Function} (type {extra.Name})", call.Arguments[2].Position);
        return shape.Returns;
    }

    private static Kinds Common(ImmutableArray<StaticType> types) =>
        types.Length > 0 && types.All(t => t.Kind == types[0].Kind) ? types[0].Kind : Kinds.Any;
}
