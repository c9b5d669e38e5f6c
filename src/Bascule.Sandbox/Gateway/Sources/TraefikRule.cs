using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Matching;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>
/// Traefik's rule language: <c>Host(`a`) &amp;&amp; (PathPrefix(`/x`) || !Headers(`k`, `v`))</c>.
/// </summary>
internal sealed class TraefikRule
{
    private readonly string _text;
    private readonly List<string> _hosts = [];
    private int _at;

    private TraefikRule(string text) => _text = text;

    /// <summary>Reads a rule.</summary>
    /// <returns>Its condition, and the hosts that a request must ask for one of; none when the rule is for every host.</returns>
    /// <exception cref="RouteException">It is malformed; the message says where.</exception>
    public static (Condition Condition, ImmutableArray<string> Hosts) Parse(string text)
    {
        var rule = new TraefikRule(text);
        var condition = rule.Or(mustHold: true);
        rule.Skip();
        return rule._at == text.Length ? (condition, [.. rule._hosts]) : throw rule.Unexpected("&&, || or the end");
    }

    private Condition Or(bool mustHold)
    {
        var hostsBefore = _hosts.Count;
        var parts = new List<Condition> { And(mustHold) };
        while (Takes("||"))
        {
            // A host of one side alone binds nobody.
            _hosts.RemoveRange(hostsBefore, _hosts.Count - hostsBefore);
            parts.Add(And(mustHold: false));
        }

        return parts is [var only] ? only : new AnyOf([.. parts]);
    }

    private Condition And(bool mustHold)
    {
        var parts = new List<Condition> { Unary(mustHold) };
        while (Takes("&&"))
            parts.Add(Unary(mustHold));
        return Condition.All(parts);
    }

    private Condition Unary(bool mustHold)
    {
        if (Takes("!"))
            return new Not(Unary(mustHold: false));
        if (!Takes("("))
            return Call(mustHold);
        var inner = Or(mustHold);
        return Takes(")") ? inner : throw Unexpected(")");
    }

    private Condition Call(bool mustHold)
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at]))
            _at++;
        var name = _text[start.._at];
        if (name.Length == 0 || !Takes("("))
            throw Unexpected("a matcher such as Host(`name`)");
        var arguments = new List<string>();
        do
            arguments.Add(Quoted());
        while (Takes(","));
        if (!Takes(")"))
            throw Unexpected(")");
        return Matcher(name, arguments, mustHold);
    }

    private Condition Matcher(string name, List<string> arguments, bool mustHold)
    {
        switch (name)
        {
            case "Host":
                if (mustHold)
                    _hosts.AddRange(arguments.Select(HostPattern.Normal));
                return Condition.AnyOrAlways(arguments.Select(a => new HostIs(TextTest.Exact(a, ignoreCase: true))));
            case "HostRegexp":
                return Condition.AnyOrAlways(arguments.Select(a => new HostIs(TextTest.Somewhere(a))));
            case "Path":
                return Condition.AnyOrAlways(arguments.Select(a => new PathIs(TextTest.Exact(a))));
            case "PathPrefix":
                return Condition.AnyOrAlways(arguments.Select(a => new PathIs(TextTest.Prefix(a))));
            case "PathRegexp":
                return Condition.AnyOrAlways(arguments.Select(a => new PathIs(TextTest.Somewhere(a))));
            case "Method":
                return new MethodIn([.. arguments]);
            case "Header" or "Headers" when arguments.Count == 2:
                return new HeaderIs(arguments[0], TextTest.Exact(arguments[1]));
            case "HeaderRegexp" or "HeadersRegexp" when arguments.Count == 2:
                return new HeaderIs(arguments[0], TextTest.Somewhere(arguments[1]));
            case "Query" when arguments is [var pair]:
                return pair.Split('=', 2) is [var key, var value] ? new QueryIs(key, TextTest.Exact(value)) : new QueryIs(pair, TextTest.Present);
            case "Query" when arguments.Count == 2:
                return new QueryIs(arguments[0], TextTest.Exact(arguments[1]));
            case "QueryRegexp" when arguments.Count == 2:
                return new QueryIs(arguments[0], TextTest.Somewhere(arguments[1]));
            default:
                throw new RouteException($"match: found {name} with {arguments.Count} arguments, expected Host, HostRegexp, Path, PathPrefix, PathRegexp, Method, Header, HeaderRegexp, Query or QueryRegexp");
        }
    }

    private string Quoted()
    {
        Skip();
        if (_at >= _text.Length || _text[_at] is not ('`' or '"'))
            throw Unexpected("a text in backticks");
        var end = _text.IndexOf(_text[_at], _at + 1);
        if (end < 0)
            throw Unexpected("the end of the text");
        var value = _text[(_at + 1)..end];
        _at = end + 1;
        return value;
    }

    private bool Takes(string token)
    {
        Skip();
        if (!_text.AsSpan(_at).StartsWith(token, StringComparison.Ordinal))
            return false;
        _at += token.Length;
        return true;
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private RouteException Unexpected(string expected) =>
        new($"match: found '{(_at < _text.Length ? _text[_at..] : "the end")}' at position {_at} of '{_text}', expected {expected}");
}
