namespace Bascule.Engine.Analysis;

/// <summary>Why the templates that a Rollout names cannot become a run (REF-4..7, AT-11..16, ARG-3..4).</summary>
/// <param name="Path">The field of the Rollout (or <c>spec.templates</c> of a template) at fault.</param>
/// <param name="Value">What the field holds.</param>
/// <param name="Message">What is wrong, in the words of the parity rows.</param>
public sealed record AnalysisReferenceError(string Path, string Value, string Message);
