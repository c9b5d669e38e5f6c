using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>The arguments that a Rollout passes to a run, resolved to literal values (ARG-1..4).</summary>
internal static class RolloutArguments
{
    /// <summary>Resolves every argument.</summary>
    /// <param name="args">As the Rollout writes them.</param>
    /// <param name="newHash">The hash of the new version.</param>
    /// <param name="stableHash">The hash of the stable version.</param>
    /// <param name="rollout">The Rollout, for field references.</param>
    /// <returns>
    /// The literal arguments and the first error. Unlike the reference, an error is never lost to a later success
    /// (the defect of ARG-4); an argument in error has the empty value, so that validation before a run can go on.
    /// </returns>
    public static (ImmutableArray<AnalysisArgument> Args, string? Error, bool ErrorIsInMetadata) Resolve(
        ImmutableArray<AnalysisArgument> args, string newHash, string stableHash, JsonElement rollout)
    {
        var resolved = ImmutableArray.CreateBuilder<AnalysisArgument>(args.Length);
        string? firstError = null;
        var inMetadata = false;
        foreach (var arg in args)
        {
            var (value, error) = Resolve(arg, newHash, stableHash, rollout);
            resolved.Add(new() { Name = arg.Name, Value = value ?? "" });
            var metadataError = error is not null && MetadataFieldPath.IsMeant(arg.ValueFrom!.FieldPath!);
            // An error in metadata is reported before a run exists, so it must not hide behind an earlier one elsewhere.
            if (error is not null && (firstError is null || (metadataError && !inMetadata)))
                (firstError, inMetadata) = (error, metadataError);
        }

        return (resolved.MoveToImmutable(), firstError, inMetadata);
    }

    private static (string? Value, string? Error) Resolve(AnalysisArgument arg, string newHash, string stableHash, JsonElement rollout) => arg.ValueFrom switch
    {
        { PodTemplateHash: PodTemplateHashSource.Latest } => (newHash, null),
        { PodTemplateHash: PodTemplateHashSource.Stable } => (stableHash, null),
        { FieldPath: { } path } => RolloutFieldPath.Read(rollout, path),
        _ => (arg.Value ?? "", null),
    };
}
