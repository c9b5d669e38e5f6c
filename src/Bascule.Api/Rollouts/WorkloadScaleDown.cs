namespace Bascule.Api.Rollouts;

/// <summary>Values of <c>workloadRef.scaleDown</c> (SPEC-17 to SPEC-19).</summary>
public static class WorkloadScaleDown
{
    /// <summary>The Deployment keeps its pods; also what an empty value means.</summary>
    public const string Never = "never";

    /// <summary>The Deployment loses its pods when the first revision is healthy.</summary>
    public const string OnSuccess = "onsuccess";

    /// <summary>The Deployment loses a pod for each pod of the first revision that becomes ready.</summary>
    public const string Progressively = "progressively";
}
