using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Http;

namespace Bascule.Sandbox.Gateway.Matching;

/// <summary>What a rule asks of a request. Every kind of routing object is read into these.</summary>
internal abstract record Condition
{
    /// <summary>Holds for every request.</summary>
    public static Condition Always { get; } = new AllOf([]);

    /// <summary>Whether it holds.</summary>
    public abstract bool Holds(RequestHead request);

    /// <summary>All of them, without needless nesting.</summary>
    public static Condition All(IEnumerable<Condition> parts) => parts.ToImmutableArray() is [var only] ? only : new AllOf([.. parts]);

    /// <summary>One of them at least; with none, always: a rule without matches is for everything.</summary>
    public static Condition AnyOrAlways(IEnumerable<Condition> parts) => parts.ToImmutableArray() switch
    {
        [] => Always,
        [var only] => only,
        var several => new AnyOf(several),
    };
}

/// <summary>All parts hold.</summary>
internal sealed record AllOf(ImmutableArray<Condition> Parts) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request)
    {
        foreach (var part in Parts)
        {
            if (!part.Holds(request))
                return false;
        }

        return true;
    }
}

/// <summary>Some part holds.</summary>
internal sealed record AnyOf(ImmutableArray<Condition> Parts) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request)
    {
        foreach (var part in Parts)
        {
            if (part.Holds(request))
                return true;
        }

        return false;
    }
}

/// <summary>The inner one does not hold.</summary>
internal sealed record Not(Condition Inner) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => !Inner.Holds(request);
}

/// <summary>The path passes a test.</summary>
internal sealed record PathIs(TextTest Test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Test.Passes(request.Path);
}

/// <summary>The path begins with these segments: <c>/a</c> covers <c>/a</c> and <c>/a/b</c>, not <c>/ab</c>.</summary>
internal sealed record PathUnder(string Segments) : Condition
{
    private readonly string _prefix = Segments.TrimEnd('/');

    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => _prefix.Length == 0
        || (request.Path.StartsWith(_prefix, StringComparison.Ordinal) && (request.Path.Length == _prefix.Length || request.Path[_prefix.Length] == '/'));
}

/// <summary>The method is one of these.</summary>
internal sealed record MethodIn(ImmutableArray<string> Methods) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase);
}

/// <summary>The host that was asked for passes a test; its port does not count.</summary>
internal sealed record HostIs(TextTest Test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Test.Passes(request.Host);
}

/// <summary>A header passes a test.</summary>
internal sealed record HeaderIs(string Name, TextTest Test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Test.Passes(request.Header(Name));
}

/// <summary>A parameter of the query passes a test.</summary>
internal sealed record QueryIs(string Name, TextTest Test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Test.Passes(request.Parameter(Name));
}

/// <summary>A cookie passes a test.</summary>
internal sealed record CookieIs(string Name, TextTest Test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestHead request) => Test.Passes(request.Cookie(Name));
}
