using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>The Service of one version (EX-9): there while it has or wants pods.</summary>
/// <param name="seen">What was seen.</param>
/// <param name="template">The version.</param>
/// <param name="replicaSet">Its ReplicaSet; null while there is none.</param>
/// <param name="desired">How many pods it shall have.</param>
internal sealed class ServiceRules(ExperimentObservation seen, ExperimentTemplate template, ReplicaSetView? replicaSet, int desired)
{
    private readonly List<ExperimentEffect> _effects = [];

    /// <summary>The Service that the version has after this pass; empty for none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Why the Service cannot be had; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>The effects.</summary>
    public IReadOnlyList<ExperimentEffect> Effects()
    {
        var name = replicaSet is null ? "" : ExperimentNames.Service(template, replicaSet.Name);
        // Whoever still sends traffic must find the pods: the Service goes when the last pod that can answer has gone.
        var keep = template.HasService && replicaSet is not null && (desired > 0 || replicaSet.Available > 0);
        foreach (var service in seen.Services.Where(IsOurs))
        {
            if (keep && service.Meta.Name == name)
                Name = name;
            else if (service.Meta.DeletionTimestamp is null)
                _effects.Add(new DeleteExperimentService(template.Name, service.Meta.Name, service.Meta.Uid));
        }

        if (template.HasService && desired > 0 && replicaSet is not null && Name.Length == 0)
            Create(name, replicaSet);
        return _effects;
    }

    private void Create(string name, ReplicaSetView rs)
    {
        var ports = Ports(rs);
        if (ports.Count == 0)
            return;
        if (seen.Services.Any(s => s.Meta.Name == name))
        {
            Problem = $"Failed to create Service {name} for template '{template.Name}': service {name} already exists and is not owned by experiment template {template.Name}";
            return;
        }

        Name = name;
        _effects.Add(new CreateExperimentService(template.Name, name, Body(name, rs, ports)));
    }

    private bool IsOurs(ServiceView service) =>
        service.Meta.ControllerUid == seen.Experiment.Meta.Uid && service.Meta.Annotations.GetValueOrDefault(Annotations.ExperimentTemplateName) == template.Name;

    private JsonElement Body(string name, ReplicaSetView rs, JsonArray ports) => Patches.Element(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = ExperimentMetadata.For(seen.Experiment, name, template.Name, []),
        ["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject(rs.Meta.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            ["ports"] = ports,
        },
    });

    private static JsonArray Ports(ReplicaSetView rs)
    {
        var ports = new JsonArray();
        foreach (var port in rs.Template.Member("spec").Items("containers").SelectMany(c => c.Items("ports")))
        {
            if (port.Int("containerPort") is not { } number)
                continue;
            var one = new JsonObject { ["port"] = number, ["targetPort"] = number };
            if (port.Text("name") is { Length: > 0 } name)
                one["name"] = name;
            if (port.Text("protocol") is { Length: > 0 } protocol)
                one["protocol"] = protocol;
            ports.Add((JsonNode)one);
        }

        return ports;
    }
}
