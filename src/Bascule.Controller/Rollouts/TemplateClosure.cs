using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>A template that is named somewhere, and the object if there is one.</summary>
/// <param name="Reference">How it is named.</param>
/// <param name="Found">The object; null when it is missing.</param>
internal readonly record struct NamedTemplate(AnalysisTemplateReference Reference, KubeObject? Found)
{
    /// <summary>The template as a decision sees it, read once; null when it is missing.</summary>
    public TemplateView? View => Reference.ClusterScope
        ? Found?.As(static root => TemplateView.Read(root, clusterScope: true))
        : Found?.As(static root => TemplateView.Read(root, clusterScope: false));
}

/// <summary>The templates that a Rollout or an Experiment names, and those that these name in turn (AT-10); cycles end by themselves (AT-16).</summary>
/// <param name="cache">Where to look.</param>
/// <param name="namespace">The namespace of whoever names them.</param>
internal sealed class TemplateClosure(IObjectCache cache, string? @namespace)
{
    /// <summary>Every template of a Rollout once, whether it exists or not.</summary>
    public IReadOnlyCollection<NamedTemplate> Of(Rollout rollout) => RolloutDecider.TemplatesReferenced(rollout) is { IsEmpty: false } named ? Of(named) : [];

    /// <summary>Every template once, whether it exists or not.</summary>
    public IReadOnlyCollection<NamedTemplate> Of(IEnumerable<AnalysisTemplateReference> references)
    {
        var visited = new Dictionary<AnalysisTemplateReference, NamedTemplate>();
        var open = new Queue<AnalysisTemplateReference>(references);
        while (open.TryDequeue(out var reference))
        {
            if (visited.ContainsKey(reference))
                continue;
            var found = reference.ClusterScope
                ? cache.Get(ArgoResources.ClusterAnalysisTemplates, new(null, reference.TemplateName))
                : cache.Get(ArgoResources.AnalysisTemplates, new(@namespace, reference.TemplateName));
            visited[reference] = new(reference, found);
            if (found is null)
                continue;
            foreach (var nested in found.Root.Member("spec").Items("templates"))
                open.Enqueue(new(nested.Text("templateName") ?? "", nested.Bool("clusterScope") ?? false));
        }

        return visited.Values;
    }
}
