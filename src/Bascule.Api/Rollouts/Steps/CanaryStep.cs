using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>One step of a canary: a closed family, told apart by <see cref="Match{T}"/> only.</summary>
/// <remarks>When a step sets several kinds (STEP-10), the case is the one that completion looks at.</remarks>
public abstract record CanaryStep
{
    /// <summary>The names that a step may set, in the order in which completion looks at them.</summary>
    private static readonly (string Name, Func<JsonElement, int, CanaryStep> Read)[] Cases =
    [
        ("pause", (step, _) => PauseStep.ReadFields(step)),
        ("setCanaryScale", (step, _) => SetCanaryScaleStep.ReadFields(step)),
        ("setWeight", (step, _) => new SetWeightStep { Raw = step }),
        ("experiment", ExperimentStep.ReadFields),
        ("analysis", AnalysisStep.ReadFields),
        ("setHeaderRoute", (step, _) => SetHeaderRouteStep.ReadFields(step)),
        ("setMirrorRoute", (step, _) => SetMirrorRouteStep.ReadFields(step)),
        ("plugin", (step, _) => PluginStep.ReadFields(step)),
    ];

    /// <summary>The kinds that are set beside the one that completion looks at.</summary>
    private ImmutableArray<CanaryStep> Others { get; init; } = [];

    private protected CanaryStep()
    {
    }

    /// <summary>The step as written.</summary>
    public required JsonElement Raw { get; init; }

    /// <summary>Which kinds are set, in the order in which completion looks at them; empty for an invalid step.</summary>
    public ImmutableArray<string> Kinds { get; private init; } = [];

    /// <summary>The weight that this step sets, whatever else it does; null for none.</summary>
    public int? Weight => Raw.Int("setWeight");

    /// <summary>Reads one entry of <c>steps</c>.</summary>
    /// <param name="step">The step.</param>
    /// <param name="index">Its place in the list, from 0.</param>
    public static CanaryStep Read(JsonElement step, int index)
    {
        var set = Cases.Where(c => IsSet(step, c.Name)).ToList();
        return set.Count == 0
            ? new InvalidStep { Raw = step }
            : set[0].Read(step, index) with { Kinds = [.. set.Select(c => c.Name)], Others = [.. set.Skip(1).Select(c => c.Read(step, index))] };
    }

    /// <summary>The step as this kind, whether completion looks at it or at another kind; null when it does not set it.</summary>
    public T? Part<T>()
        where T : CanaryStep => this as T ?? (Others.IsEmpty ? null : Others.OfType<T>().FirstOrDefault());

    /// <summary>Calls the function for the case that this step is.</summary>
    public abstract T Match<T>(
        Func<SetWeightStep, T> setWeight,
        Func<PauseStep, T> pause,
        Func<AnalysisStep, T> analysis,
        Func<ExperimentStep, T> experiment,
        Func<SetCanaryScaleStep, T> setCanaryScale,
        Func<SetHeaderRouteStep, T> setHeaderRoute,
        Func<SetMirrorRouteStep, T> setMirrorRoute,
        Func<PluginStep, T> plugin,
        Func<InvalidStep, T> invalid);

    /// <summary>The step in one line, as events and the command line show it (STEP-14).</summary>
    public sealed override string ToString()
    {
        if (Weight is { } weight)
            return string.Create(CultureInfo.InvariantCulture, $"setWeight: {weight}");
        foreach (var (name, describe) in Descriptions)
        {
            if (Kinds.Contains(name))
                return describe(Raw.Member(name));
        }

        return "invalid";
    }

    private static readonly (string Name, Func<JsonElement, string> Describe)[] Descriptions =
    [
        ("pause", pause => pause.IntOrString("duration") is { } duration ? $"pause: {duration}" : "pause"),
        ("experiment", _ => "experiment"),
        ("analysis", _ => "analysis"),
        ("setCanaryScale", SetCanaryScaleStep.Describe),
        ("plugin", plugin => $"plugin: {plugin.Text("name")}"),
        ("setHeaderRoute", route => $"setHeaderRoute: {route.Text("name")}"),
        ("setMirrorRoute", route => $"setMirrorRoute: {route.Text("name")}"),
    ];

    private static bool IsSet(JsonElement step, string name) =>
        name == "setWeight" ? step.Int(name) is not null : step.MemberOrNull(name) is not null;
}
