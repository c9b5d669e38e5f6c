using System.Globalization;
using Bascule.Controller.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Cli.Output;

/// <summary>Prints a Rollout for people: its numbers, then the tree of what belongs to it.</summary>
/// <param name="now">What ages are counted to.</param>
/// <param name="wide">Also show addresses, nodes and images.</param>
internal sealed class RolloutText(DateTimeOffset now, bool wide)
{
    private static readonly Style StableStyle = new(Color.Green);
    private static readonly Style CanaryStyle = new(Color.Yellow);

    /// <summary>The whole picture.</summary>
    public IRenderable Render(RolloutView view)
    {
        var text = new Paragraph { Overflow = Overflow.Crop };
        Facts(view).WriteTo(text);
        text.Append("\n");
        Tree(view).WriteTo(text);
        return text;
    }

    /// <summary>The state in one line, for logs and pipes.</summary>
    public static string Line(RolloutView view)
    {
        var message = view.Message.Length == 0 ? "" : $" - {view.Message}";
        var step = view is { StepIndex: { } index, StepCount: > 0 } ? $", step {Math.Min(index + 1, view.StepCount)}/{view.StepCount}" : "";
        var weight = view.SetWeight is { } set ? $", weight {view.ActualWeight}% of {set}%" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{view.Status}{message}{step}{weight}, {view.Updated} updated, {view.Available} of {view.Desired} available");
    }

    private static Grid Facts(RolloutView view)
    {
        var facts = new Grid();
        facts.Add("Name:", view.Name);
        facts.Add("Namespace:", view.Namespace);
        facts.Add("Status:", StatusIcon.Cell(view.Status));
        if (view.Message.Length > 0)
            facts.Add("Message:", view.Message);
        facts.Add("Strategy:", view.Strategy);
        if (view is { StepIndex: { } index, StepCount: > 0 })
            facts.Add("  Step:", view.CurrentStep.Length == 0 ? $"{index}/{view.StepCount}" : $"{index}/{view.StepCount} ({view.CurrentStep})");
        if (view.SetWeight is { } weight)
        {
            facts.Add("  SetWeight:", Number(weight));
            facts.Add("  ActualWeight:", Number(view.ActualWeight ?? 0));
        }

        var title = "Images:";
        foreach (var image in view.Images)
        {
            facts.Add(title, new Cell([image.Image, .. Tags(image.Tags)]));
            title = "";
        }

        facts.Add("Replicas:");
        facts.Add("  Desired:", Number(view.Desired));
        facts.Add("  Current:", Number(view.Current));
        facts.Add("  Updated:", Number(view.Updated));
        facts.Add("  Ready:", Number(view.Ready));
        facts.Add("  Available:", Number(view.Available));
        return facts;
    }

    private Grid Tree(RolloutView view)
    {
        var tree = new Grid();
        Row(tree, "NAME", "KIND", "STATUS", "AGE", "INFO", "WHERE");
        Row(tree, $"⟳ {view.Name}", "Rollout", StatusIcon.Cell(view.Status), Ages.Since(view.CreatedAt, now), "", "");
        for (var r = 0; r < view.Revisions.Length; r++)
        {
            var revision = view.Revisions[r];
            var (branch, under) = Branch(r == view.Revisions.Length - 1);
            Row(tree, $"{branch}# revision:{Number(revision.Number)}", "", "", "", "", "");
            var left = revision.ReplicaSets.Length + revision.AnalysisRuns.Length;
            foreach (var replicaSet in revision.ReplicaSets)
                ReplicaSet(tree, replicaSet, under, --left == 0);
            foreach (var run in revision.AnalysisRuns)
                Run(tree, run, under, --left == 0);
        }

        return tree;
    }

    private void ReplicaSet(Grid tree, ReplicaSetView view, string indent, bool last)
    {
        var (branch, under) = Branch(last);
        var info = new List<Piece>(Join(view.Tags));
        if (view.ScaleDownDeadline is { } deadline)
        {
            if (info.Count > 0)
                info.Add(",");
            info.Add($"delay:{(deadline < now ? "passed" : Ages.Text(deadline - now))}");
        }

        Row(tree, new Cell($"{indent}{branch}⧉ ", new Piece(view.Name, RoleStyle(view.Tags.FirstOrDefault()))), "ReplicaSet", StatusIcon.Cell(view.Status), Ages.Since(view.CreatedAt, now), new Cell(info), string.Join(",", view.Images));
        for (var p = 0; p < view.Pods.Length; p++)
        {
            var pod = view.Pods[p];
            var ready = $"ready:{Number(pod.ReadyContainers)}/{Number(pod.Containers)}";
            Row(
                tree,
                $"{indent}{under}{Branch(p == view.Pods.Length - 1).Branch}□ {pod.Name}",
                "Pod",
                StatusIcon.Cell(pod.Status),
                Ages.Since(pod.CreatedAt, now),
                pod.Restarts > 0 ? $"{ready},restarts:{Number(pod.Restarts)}" : ready,
                $"{pod.Ip} {pod.Node}".Trim());
        }
    }

    private void Run(Grid tree, AnalysisRunView view, string indent, bool last)
    {
        var info = new List<Piece>();
        foreach (var (status, count) in new[] { ("Successful", view.Successful), ("Failed", view.Failed), ("Inconclusive", view.Inconclusive), ("Error", view.Error) })
        {
            if (count == 0)
                continue;
            if (info.Count > 0)
                info.Add(",");
            info.Add(StatusIcon.For(status));
            info.Add(" " + Number(count));
        }

        Row(tree, $"{indent}{Branch(last).Branch}α {view.Name}", "AnalysisRun", StatusIcon.Cell(view.Status), Ages.Since(view.CreatedAt, now), new Cell(info), view.Message);
    }

    private void Row(Grid grid, Cell name, Cell kind, Cell status, Cell age, Cell info, Cell where)
    {
        if (wide)
            grid.Add(name, kind, status, age, info, where);
        else
            grid.Add(name, kind, status, age, info);
    }

    private static (string Branch, string Under) Branch(bool last) => last ? ("└──", "   ") : ("├──", "│  ");

    private static IEnumerable<Piece> Tags(IReadOnlyCollection<string> tags) => tags.Count == 0 ? [] : [" (", .. Join(tags), ")"];

    private static IEnumerable<Piece> Join(IEnumerable<string> tags)
    {
        var first = true;
        foreach (var tag in tags)
        {
            if (!first)
                yield return ", ";
            first = false;
            yield return new Piece(tag, RoleStyle(tag));
        }
    }

    private static Style? RoleStyle(string? role)
    {
        if (role is "stable" or "active")
            return StableStyle;
        if (role is "canary" or "preview")
            return CanaryStyle;
        return null;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
