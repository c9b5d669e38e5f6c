using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>An argument of a template or run: a name and where its value comes from (AT-1, ARG-1..5).</summary>
public sealed record AnalysisArgument
{
    /// <summary>The name, used as <c>{{args.NAME}}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The literal value; null when none is given, which differs from the empty string.</summary>
    public string? Value { get; init; }

    /// <summary>Where to take the value from; null when nothing is referred to.</summary>
    public ArgumentSource? ValueFrom { get; init; }

    /// <summary>The argument as it is written into an AnalysisRun.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name };
        if (Value is not null)
            json["value"] = Value;
        if (ValueFrom is not null)
            json["valueFrom"] = ValueFrom.ToJson();
        return json;
    }

    internal static AnalysisArgument Read(Field field) => new()
    {
        Name = field["name"].Text() ?? "",
        Value = field["value"].Text(),
        ValueFrom = ArgumentSource.Read(field["valueFrom"]),
    };
}
