namespace Bascule.Sandbox.Schema.Cel;

/// <summary>The variables an expression sees: a chain, because macros add one at a time.</summary>
internal sealed class CelScope(string name, object? value, CelScope? outer)
{
    /// <summary>The value of a variable.</summary>
    public object? Find(string wanted)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == wanted)
                return scope.Value;
        }

        throw new CelUnsupportedException($"unknown name {wanted}");
    }

    private string Name { get; } = name;

    private object? Value { get; } = value;

    private CelScope? Outer { get; } = outer;
}

/// <summary>One compiled expression.</summary>
internal delegate object? CelNode(CelScope scope);
