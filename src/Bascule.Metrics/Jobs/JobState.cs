using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Analysis;
using Bascule.Kube;

namespace Bascule.Metrics.Jobs;

/// <summary>Reads what a Job has come to (MP-JOB-06, MP-JOB-07).</summary>
internal static class JobState
{
    private static readonly string[] s_hopeless = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"];

    /// <summary>How the Job has ended; null while it has not.</summary>
    public static AnalysisPhase? End(KubeObject job)
    {
        foreach (var condition in job.Root.Member("status").Items("conditions"))
        {
            // The reference takes a condition that says False for an end, too.
            if (condition.Text("status") != "True")
                continue;
            switch (condition.Text("type"))
            {
                case "Complete":
                    return AnalysisPhase.Successful;
                case "Failed":
                    return AnalysisPhase.Failed;
            }
        }

        return null;
    }

    /// <summary>Why the Job will never begin, from the first container whose image cannot be had; null when nothing stands in the way.</summary>
    public static MeasurementOutcome? Hopeless(IEnumerable<KubeObject> pods)
    {
        foreach (var pod in pods)
        {
            var status = pod.Root.Member("status");
            foreach (var container in status.Items("initContainerStatuses").Concat(status.Items("containerStatuses")))
            {
                var waiting = container.Member("state").Member("waiting");
                if (waiting.Text("reason") is { } reason && s_hopeless.Contains(reason))
                    return MeasurementOutcome.Ended(AnalysisPhase.Inconclusive, $"Pod {pod.Name}, container {container.Text("name")} has terminal error ({reason}): {waiting.Text("message")}");
            }
        }

        return null;
    }
}
