using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Gateway.Matching;

/// <summary>A test of one text of a request, such as a header's value. A text that is absent passes none.</summary>
internal abstract record TextTest
{
    /// <summary>Whether the text passes.</summary>
    public abstract bool Passes(string? text);

    /// <summary>The very text.</summary>
    public static TextTest Exact(string value, bool ignoreCase = false) => new ExactTest(value, Comparison(ignoreCase));

    /// <summary>A text that begins so.</summary>
    public static TextTest Prefix(string value, bool ignoreCase = false) => new PrefixTest(value, Comparison(ignoreCase));

    /// <summary>Any text.</summary>
    public static TextTest Present { get; } = new PresentTest();

    /// <summary>
    /// The whole text must match. The engine runs in linear time, as the proxies' own do: a pattern cannot hang the gateway.
    /// </summary>
    /// <exception cref="RouteException">The pattern is malformed, or needs look-around or back-references.</exception>
    public static TextTest Whole(string pattern, bool ignoreCase = false) => new RegexTest(Compile($"^(?:{pattern})$", pattern, ignoreCase));

    /// <summary>Some part of the text must match.</summary>
    /// <exception cref="RouteException">The pattern is malformed, or needs look-around or back-references.</exception>
    public static TextTest Somewhere(string pattern) => new RegexTest(Compile(pattern, pattern, ignoreCase: false));

    private static StringComparison Comparison(bool ignoreCase) => ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static Regex Compile(string pattern, string written, bool ignoreCase)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RouteException($"found the pattern '{written}', expected a regular expression without look-around and back-references: {e.Message}");
        }
    }

    private sealed record ExactTest(string Value, StringComparison By) : TextTest
    {
        public override bool Passes(string? text) => string.Equals(text, Value, By);
    }

    private sealed record PrefixTest(string Value, StringComparison By) : TextTest
    {
        public override bool Passes(string? text) => text is not null && text.StartsWith(Value, By);
    }

    private sealed record PresentTest : TextTest
    {
        public override bool Passes(string? text) => text is not null;
    }

    private sealed record RegexTest(Regex Regex) : TextTest
    {
        public override bool Passes(string? text) => text is not null && Regex.IsMatch(text);
    }
}
