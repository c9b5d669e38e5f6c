using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Api.Experiments;

/// <summary>
/// An Experiment: versions that run beside each other for a while, and analyses that compare them. Read tolerantly
/// (RT-7): a field of the wrong type counts as not set.
/// </summary>
public sealed record Experiment
{
    /// <summary>The kind.</summary>
    public const string Kind = "Experiment";

    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>What is wanted (EX-1).</summary>
    public required ExperimentSpec Spec { get; init; }

    /// <summary>What the controller recorded (EX-2).</summary>
    public required ExperimentStatus Status { get; init; }

    /// <summary>The whole object as seen.</summary>
    public required JsonElement Root { get; init; }

    /// <summary>The object's name.</summary>
    public string Name => Meta.Name;

    /// <summary>Reads an Experiment; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static Experiment Read(JsonElement root) => new()
    {
        Meta = ObjectMeta.Read(root),
        Spec = ExperimentSpec.Read(root.Member("spec")),
        Status = ExperimentStatus.Read(root.Member("status")),
        Root = root,
    };
}
