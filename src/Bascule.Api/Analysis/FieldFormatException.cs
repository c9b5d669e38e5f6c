namespace Bascule.Api.Analysis;

/// <summary>A field of a resource holds something that its type does not allow.</summary>
public sealed class FieldFormatException : FormatException
{
    /// <summary>Names the field, what was found and what was expected.</summary>
    /// <param name="path">The field's path, such as <c>spec.metrics[0].name</c>.</param>
    /// <param name="found">What is there.</param>
    /// <param name="expected">What should be there.</param>
    public FieldFormatException(string path, string found, string expected)
        : base($"{path}: found {found}, expected {expected}")
    {
        Path = path;
    }

    /// <summary>The field's path, such as <c>spec.metrics[0].name</c>.</summary>
    public string Path { get; }
}
