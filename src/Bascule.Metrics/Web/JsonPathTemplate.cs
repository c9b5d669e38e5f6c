using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Metrics.Web;

/// <summary>
/// Kubernetes' JSONPath (EXT-04): text with <c>{paths}</c> in it. Fields, wildcards, recursive descent, indexes, slices,
/// unions, filters and <c>{range}…{end}</c>.
/// </summary>
internal sealed class JsonPathTemplate
{
    private readonly ImmutableArray<Part> _parts;

    private JsonPathTemplate(ImmutableArray<Part> parts) => _parts = parts;

    /// <summary>Reads a template.</summary>
    /// <exception cref="JsonPathException">It is none.</exception>
    public static JsonPathTemplate Parse(string text) => new(new JsonPathParser(text).Template());

    /// <summary>The first value that the template gives, text of its own included; null when it gives none (MP-WEB-04).</summary>
    /// <exception cref="JsonPathException">A path leads nowhere.</exception>
    public JsonElement? First(JsonElement root)
    {
        var values = new List<JsonElement>();
        // All of it is evaluated, because an error behind the first value is an error, too.
        foreach (var part in _parts)
            part.Evaluate(root, values);
        return values.Count > 0 ? values[0] : null;
    }

    /// <summary>A piece of the template.</summary>
    internal abstract record Part
    {
        /// <summary>Adds the values of the piece.</summary>
        public abstract void Evaluate(JsonElement current, List<JsonElement> values);
    }

    /// <summary>Text as it stands, or <c>{"text"}</c>.</summary>
    internal sealed record ConstantPart(JsonElement Value) : Part
    {
        public override void Evaluate(JsonElement current, List<JsonElement> values) => values.Add(Value);
    }

    /// <summary><c>{.a.b}</c>.</summary>
    internal sealed record PathPart(ImmutableArray<JsonPathStep> Steps) : Part
    {
        public override void Evaluate(JsonElement current, List<JsonElement> values) => values.AddRange(JsonPathStep.Follow(Steps, current));
    }

    /// <summary><c>{range .items[*]}…{end}</c>.</summary>
    internal sealed record RangePart(ImmutableArray<JsonPathStep> Steps, ImmutableArray<Part> Body) : Part
    {
        public override void Evaluate(JsonElement current, List<JsonElement> values)
        {
            foreach (var item in JsonPathStep.Follow(Steps, current))
            {
                foreach (var part in Body)
                    part.Evaluate(item, values);
            }
        }
    }
}
