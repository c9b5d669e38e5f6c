using System.Collections.Immutable;
using System.Globalization;
using Bascule.Lab.Canary;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Views;

/// <summary>A lab as lines, for logs and pipes: one per event, and one per second in which the versions share the traffic.</summary>
/// <param name="output">Where lines go.</param>
public sealed class PlainView(TextWriter output) : ILabView
{
    private LabFrame? _last;
    private int _lastSecond = -1;
    private string _lastReason = "";

    /// <inheritdoc/>
    public void Say(string sentence) => Line(sentence);

    /// <inheritdoc/>
    public void Mark(LabMark mark)
    {
        ArgumentNullException.ThrowIfNull(mark);
        Line($"{Sign(mark.Kind)} {mark.Text}");
    }

    /// <inheritdoc/>
    public void Show(LabFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _last = frame;
        if (frame.Traffic is not { Seconds.Length: > 1 } traffic || (frame.Look is null && frame.Script is null))
            return;
        var reason = frame.Look is { } look ? look.Explanation?.Reasons.FirstOrDefault()?.Message ?? look.View.Message : "";
        var second = traffic.Seconds[^2];
        if (second.Index <= _lastSecond || (second.Answers.Count < 2 && second.Failed == 0 && SameButNumbers(reason, _lastReason)))
            return;
        _lastSecond = second.Index;
        _lastReason = reason;
        var shares = string.Create(CultureInfo.InvariantCulture, $"{frame.StableVersion} {second.ShareOf(frame.StableVersion) * 100,3:0} %, {frame.CanaryVersion} {second.ShareOf(frame.CanaryVersion) * 100,3:0} %");
        var failed = string.Create(CultureInfo.InvariantCulture, $"{traffic.Failed} failed");
        Line(frame.Look is null ? $"  {shares} | {Pods(frame)} | {failed}" : $"  {shares} | {Pods(frame.Look)} | {failed} | {reason}");
    }

    private static string Pods(LabFrame frame) =>
        $"pods {string.Join(" + ", new[] { frame.StableVersion, frame.CanaryVersion }.Select(v => Pods(v, frame.Script?.Pods ?? [])).Where(p => p.Length > 0))}";

    private static string Pods(string version, ImmutableArray<PodLook> pods)
    {
        var all = pods.Where(p => p.Version == version).ToList();
        return all.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{all.Count(p => p is { IsReady: true, IsEnding: false })}/{all.Count} {version}");
    }

    private static string Pods(LabLook look)
    {
        var step = look.View.StepIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"step {index} of {look.View.StepCount}, ") : "";
        var weight = look.View.SetWeight is { } asked ? string.Create(CultureInfo.InvariantCulture, $"weight {look.View.ActualWeight} of {asked} %, ") : "";
        var pods = string.Join(" + ", look.View.ReplicaSets.Where(r => r.Replicas > 0).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Available}/{r.Desired} {(r.Tags.Length > 0 ? r.Tags[0] : "old")}")));
        return $"{step}{weight}pods {pods}";
    }

    private static char Sign(MarkKind kind) => kind switch
    {
        MarkKind.GoodMeasurement or MarkKind.Promoted => '✔',
        MarkKind.BadMeasurement or MarkKind.AnalysisFailed or MarkKind.Aborted or MarkKind.TakenBack => '✘',
        MarkKind.Applied or MarkKind.Action or MarkKind.Weight or MarkKind.RolledBack => '●',
    };

    private static bool SameButNumbers(string left, string right) =>
        left.Where(c => !char.IsAsciiDigit(c)).SequenceEqual(right.Where(c => !char.IsAsciiDigit(c)));

    private void Line(string text)
    {
        var elapsed = _last?.Elapsed ?? TimeSpan.Zero;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(int)elapsed.TotalMinutes:00}:{elapsed.Seconds:00}.{elapsed.Milliseconds / 100} {text}"));
        output.Flush();
    }
}
