using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>One column of a table and how to fill it.</summary>
/// <param name="Name">The heading; kubectl prints it in capitals.</param>
/// <param name="Cell">The value for an object at an instant.</param>
internal sealed record Column(string Name, Func<KubeObject, DateTimeOffset, JsonNode?> Cell)
{
    /// <summary>string, integer, number, boolean or date.</summary>
    public string Type { get; init; } = "string";

    /// <summary>The OpenAPI format; <c>name</c> marks the object's name.</summary>
    public string Format { get; init; } = "";

    /// <summary>What the column means.</summary>
    public string Description { get; init; } = "";

    /// <summary>0 is always shown, 1 only with <c>-o wide</c>.</summary>
    public int Priority { get; init; }

    /// <summary>The object's name.</summary>
    public static Column NameColumn { get; } = new("Name", (o, _) => o.Name) { Format = "name", Description = "The object's name." };

    /// <summary>The time since the object was created.</summary>
    public static Column Age { get; } = new("Age", (o, now) => HumanDuration.Since(o.CreationTimestamp, now)) { Description = "The time since the object was created." };

    /// <summary>A text.</summary>
    public static Column Text(string name, Func<KubeObject, string> text) => new(name, (o, _) => text(o));

    /// <summary>A text for <c>-o wide</c> only.</summary>
    public static Column Wide(string name, Func<KubeObject, string> text) => Text(name, text) with { Priority = 1 };

    /// <summary>A whole number.</summary>
    public static Column Number(string name, Func<KubeObject, long> number) => new(name, (o, _) => number(o)) { Type = "integer" };
}
