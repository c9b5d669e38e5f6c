using System.Globalization;
using Bascule.Controller.Views;
using Bascule.Lab.Canary;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Lab.Views;

/// <summary>Draws the state of a lab for a terminal.</summary>
internal static class LiveFrame
{
    private const int MostBarRows = 12;
    private const int FewestBarRows = 4;

    /// <summary>Lines of everything but the bars.</summary>
    private const int OtherLines = 20;
    private const int MostMeasurements = 9;
    private const int MostReasons = 3;

    /// <summary>The whole picture.</summary>
    /// <param name="frame">What to draw.</param>
    /// <param name="said">What is being done.</param>
    /// <param name="height">Lines of the terminal; the bars take what the rest leaves them.</param>
    public static IRenderable Render(LabFrame frame, string said, int height)
    {
        var bars = Math.Clamp(height - OtherLines, FewestBarRows, MostBarRows);
        var parts = new List<IRenderable> { Title(frame), new ShareBars(frame, bars), Text.Empty };
        if (frame.Look is { } look)
        {
            parts.Add(Details(frame, look));
            parts.Add(Why(look));
        }

        if (frame.Script is { } script)
            parts.Add(ByHand(frame, script));
        parts.Add(new Text($"› {said}", LabColours.Quiet));
        return new Rows(parts);
    }

    private static Paragraph Title(LabFrame frame)
    {
        var title = new Paragraph();
        title.Append("goprom ", LabColours.Strong);
        title.Append($"█ {frame.StableVersion}", LabColours.StableText).Append(" → ").Append($"█ {frame.CanaryVersion}", LabColours.CanaryText);
        if (frame.Look is { } look)
            title.Append("   ").Append(look.View.Status, look.View.IsDegraded ? LabColours.Bad : look.View.IsHealthy ? LabColours.Good : LabColours.Strong);
        title.Append(Invariant($"   {(int)frame.Elapsed.TotalMinutes}:{frame.Elapsed.Seconds:00}"), LabColours.Quiet);
        if (frame.Traffic is { } traffic)
        {
            title.Append(Invariant($"   {traffic.Total:N0} requests, p50 {traffic.LatencyP50.TotalMilliseconds:0.0} ms, p99 {traffic.LatencyP99.TotalMilliseconds:0.0} ms   "), LabColours.Quiet);
            title.Append(Invariant($"{traffic.Failed:N0} failed"), traffic.Failed == 0 ? LabColours.Good : LabColours.Bad);
        }

        return title;
    }

    private static Grid Details(LabFrame frame, LabLook look)
    {
        var grid = new Grid().AddColumn().AddColumn().AddColumn();
        return grid.AddRow(Titled("Steps", Steps(look)), Titled("Pods", Pods(look)), Titled("Measurements", Measurements(frame)));
    }

    private static Grid ByHand(LabFrame frame, ScriptLook script)
    {
        var grid = new Grid().AddColumn().AddColumn().AddColumn();
        return grid.AddRow(Titled("By hand", Commands(script)), Titled("Pods", Pods(frame, script)), Titled("Answers", Answers(frame)));
    }

    private static Paragraph Commands(ScriptLook script)
    {
        var text = new Paragraph();
        foreach (var command in script.Commands.TakeLast(MostMeasurements))
            text.Append($"$ {command}\n", LabColours.Quiet);
        return text;
    }

    private static Paragraph Pods(LabFrame frame, ScriptLook script)
    {
        var text = new Paragraph();
        foreach (var (version, style) in Versions(frame))
        {
            var pods = script.Pods.Where(p => p.Version == version).ToList();
            text.Append(Invariant($"{version} {pods.Count(p => p is { IsReady: true, IsEnding: false }),2} of {pods.Count,2} ready "), style);
            foreach (var pod in pods)
                text.Append(pod.IsEnding ? "×" : pod.IsReady ? "●" : "○", pod.IsEnding ? LabColours.Quiet : style);
            text.Append("\n");
        }

        return text;
    }

    private static Paragraph Answers(LabFrame frame)
    {
        var text = new Paragraph();
        foreach (var (version, style) in Versions(frame))
        {
            if (frame.Traffic?.Of(version) is { Answers: > 0 } seen)
                text.Append(Invariant($"{version} {seen.Answers:N0}, "), style).Append(Invariant($"{100.0 * seen.Failed / seen.Answers:0.#} % failed\n"), seen.Failed == 0 ? LabColours.Good : LabColours.Bad);
        }

        return text;
    }

    private static (string Version, Style Style)[] Versions(LabFrame frame) =>
        [(frame.StableVersion, LabColours.StableText), (frame.CanaryVersion, LabColours.CanaryText)];

    private static Panel Titled(string title, IRenderable content) =>
        new(content) { Header = new PanelHeader($" {title} "), Border = BoxBorder.Rounded, BorderStyle = LabColours.Quiet, Padding = new Padding(1, 0) };

    private static Paragraph Steps(LabLook look)
    {
        var text = new Paragraph();
        var steps = look.Rollout.Spec.Canary?.Steps ?? [];
        var current = look.View.StepIndex ?? 0;
        for (var i = 0; i < steps.Length; i++)
        {
            var (sign, style) = i < current ? ("✔", LabColours.Good) : i == current && look.View is { IsHealthy: false, IsAborted: false } ? ("▶", LabColours.Strong) : ("·", LabColours.Quiet);
            text.Append($"{sign} {steps[i]}", style).Append("\n");
        }

        if (look.View.SetWeight is { } asked)
            text.Append(Invariant($"weight {look.View.ActualWeight} % of {asked} %"), LabColours.Strong);
        return text;
    }

    private static Paragraph Pods(LabLook look)
    {
        var text = new Paragraph();
        foreach (var replicaSet in look.View.ReplicaSets.Where(r => r.Replicas > 0 || r.Desired > 0 || r.Pods.Length > 0))
        {
            var canary = replicaSet.Tags.Contains("canary");
            var role = replicaSet.Tags.Length > 0 ? replicaSet.Tags[0] : "old";
            text.Append(Invariant($"{role,-7} {replicaSet.Available} of {replicaSet.Desired} available "), canary ? LabColours.CanaryText : LabColours.StableText);
            foreach (var pod in replicaSet.Pods)
                text.Append(Sign(pod), pod.Status == "Terminating" ? LabColours.Quiet : canary ? LabColours.CanaryText : LabColours.StableText);
            text.Append("\n");
            foreach (var pod in replicaSet.Pods.Where(p => p.Status is not "Running" and not "Terminating"))
                text.Append($"        {pod.Name}: {pod.Status}\n", LabColours.Quiet);
        }

        return text;
    }

    private static string Sign(PodView pod) =>
        pod.Status == "Terminating" ? "×" : pod.Containers > 0 && pod.ReadyContainers == pod.Containers ? "●" : "○";

    private static Paragraph Measurements(LabFrame frame)
    {
        var text = new Paragraph();
        var measured = frame.Marks.Where(m => m.Kind is MarkKind.GoodMeasurement or MarkKind.BadMeasurement or MarkKind.AnalysisFailed).ToList();
        if (measured.Count == 0)
            text.Append("none yet", LabColours.Quiet);
        foreach (var mark in measured.TakeLast(MostMeasurements))
        {
            var good = mark.Kind == MarkKind.GoodMeasurement;
            text.Append(Invariant($"{(good ? "✔" : "✘")} {mark.Text}\n"), good ? LabColours.Good : LabColours.Bad);
        }

        return text;
    }

    private static Paragraph Why(LabLook look)
    {
        var text = new Paragraph();
        foreach (var reason in look.Explanation?.Reasons.Take(MostReasons) ?? [])
        {
            text.Append("why ", LabColours.Quiet).Append(reason.Message);
            if (reason.Unblock is { } unblock)
                text.Append($"  (goes on with: {unblock})", LabColours.Quiet);
            text.Append("\n");
        }

        return text;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
