using System.Diagnostics.CodeAnalysis;

namespace Bascule.Engine.Analysis;

/// <summary>A value, or why there is none.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;

    /// <summary>There is a value.</summary>
    public Outcome(T value) => this.value = value;

    /// <summary>There is none.</summary>
    public Outcome(AnalysisReferenceError error) => Error = error;

    /// <summary>Why there is no value; null when there is one.</summary>
    public AnalysisReferenceError? Error { get; }

    /// <summary>The value; reading it when there is none is a bug in the caller and throws.</summary>
    public T Value => Error is null ? value! : throw new InvalidOperationException($"no value: {Error.Path}: {Error.Message}");

    /// <summary>Tells the two cases apart.</summary>
    public bool Failed([NotNullWhen(true)] out AnalysisReferenceError? error)
    {
        error = Error;
        return error is not null;
    }
}
