using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Runtime;

/// <summary>When a container that ended starts again.</summary>
internal enum RestartPolicy
{
    Always,
    OnFailure,
    Never,
}

/// <summary>A container as its pod asks for it, read once.</summary>
internal sealed record ContainerSpec
{
    private ContainerSpec(JsonElement container, RestartPolicy podPolicy, bool isInit)
    {
        Source = container;
        Name = container.Text("name") ?? "";
        Image = container.Text("image") ?? "";
        Command = [.. container.Texts("command")];
        Args = [.. container.Texts("args")];
        WorkingDir = container.Text("workingDir");
        IsInit = isInit;
        IsSidecar = isInit && container.Text("restartPolicy") == "Always";
        Restart = IsSidecar ? RestartPolicy.Always : isInit && podPolicy == RestartPolicy.Always ? RestartPolicy.OnFailure : podPolicy;
        Startup = ProbeSpec.Of(ProbeKind.Startup, container);
        Liveness = ProbeSpec.Of(ProbeKind.Liveness, container);
        Readiness = ProbeSpec.Of(ProbeKind.Readiness, container);
        PreStop = container.At("lifecycle", "preStop");
    }

    /// <summary>The container's own JSON.</summary>
    public JsonElement Source { get; }

    /// <summary>Its name, unique in the pod.</summary>
    public string Name { get; }

    /// <summary>The image as written.</summary>
    public string Image { get; }

    /// <summary>Replaces the image's command line; empty for the image's own.</summary>
    public ImmutableArray<string> Command { get; }

    /// <summary>Follow the command line.</summary>
    public ImmutableArray<string> Args { get; }

    /// <summary>A directory of this machine; null for one made for the container.</summary>
    public string? WorkingDir { get; }

    /// <summary>Runs before the others, to its end.</summary>
    public bool IsInit { get; }

    /// <summary>An init container that stays.</summary>
    public bool IsSidecar { get; }

    /// <summary>When it starts again.</summary>
    public RestartPolicy Restart { get; }

    public ProbeSpec? Startup { get; }

    public ProbeSpec? Liveness { get; }

    public ProbeSpec? Readiness { get; }

    /// <summary>What to do before the end.</summary>
    public JsonElement PreStop { get; }

    /// <summary>The containers of a pod, in order.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="init">Its init containers instead.</param>
    public static ImmutableArray<ContainerSpec> Of(KubeObject pod, bool init)
    {
        var policy = Enum.TryParse<RestartPolicy>(pod.Root.At("spec").Text("restartPolicy"), out var parsed) ? parsed : RestartPolicy.Always;
        return [.. pod.Root.At("spec").Items(init ? "initContainers" : "containers").Select(c => new ContainerSpec(c, policy, init))];
    }

    /// <summary>A port by number or by the container's name for it; null when the name is unknown.</summary>
    public int? Port(JsonElement port) => port.ValueKind switch
    {
        JsonValueKind.Number => port.GetInt32(),
        JsonValueKind.String when int.TryParse(port.GetString(), out var number) => number,
        JsonValueKind.String => Source.Items("ports").Where(p => p.Text("name") == port.GetString()).Select(p => p.Int("containerPort")).FirstOrDefault(),
        _ => null,
    };
}
