namespace Bascule.Engine.Expressions;

/// <summary>The variables in sight, innermost first. Predicates' are named <c>#</c>, <c>#index</c> and <c>#acc</c>.</summary>
/// <typeparam name="T">What is known of each: its value, or its type.</typeparam>
/// <param name="Outer">What is in sight further out; null at the outermost.</param>
/// <param name="Name">The variable.</param>
/// <param name="Content">What is known of it.</param>
internal sealed record Frame<T>(Frame<T>? Outer, string Name, T Content)
    where T : notnull
{
    /// <summary>Finds the innermost variable of that name.</summary>
    public static bool TryFind(Frame<T>? frame, string name, out T found)
    {
        for (; frame is not null; frame = frame.Outer)
        {
            if (frame.Name != name)
                continue;
            found = frame.Content;
            return true;
        }

        found = default!;
        return false;
    }
}
