using System.Globalization;

namespace Bascule.Api.Validation;

/// <summary>One thing wrong with one field; prints in the manner of Kubernetes.</summary>
/// <param name="Path">The field, such as <c>spec.strategy.steps[0].setWeight</c>.</param>
/// <param name="Kind">The error's kind, such as <c>Invalid value</c>.</param>
/// <param name="Found">What was found, as printed; null when nothing was.</param>
/// <param name="Detail">What was expected.</param>
public sealed record FieldError(string Path, string Kind, string? Found, string Detail)
{
    /// <summary>The field must be set.</summary>
    public static FieldError Required(string path, string detail) => new(path, "Required value", null, detail);

    /// <summary>The field holds a text that it must not hold.</summary>
    public static FieldError Invalid(string path, string found, string detail) => new(path, "Invalid value", $"\"{found}\"", detail);

    /// <summary>The field holds a number that it must not hold.</summary>
    public static FieldError Invalid(string path, long found, string detail) => new(path, "Invalid value", found.ToString(CultureInfo.InvariantCulture), detail);

    /// <summary>The field holds a truth value that it must not hold.</summary>
    public static FieldError Invalid(string path, bool found, string detail) => new(path, "Invalid value", found ? "true" : "false", detail);

    /// <summary>The field holds something that must be unique and is not.</summary>
    public static FieldError Duplicate(string path, string found, string detail) => new(path, "Duplicate value", $"\"{found}\"", detail);

    /// <summary>The field refers to something that does not exist.</summary>
    public static FieldError NotFound(string path, string found, string detail) => new(path, "Not found", $"\"{found}\"", detail);

    /// <summary>The field holds one of several values that are not among those allowed.</summary>
    public static FieldError Unsupported(string path, string found, string detail) => new(path, "Unsupported value", $"\"{found}\"", detail);

    /// <summary>The field must not be set.</summary>
    public static FieldError Forbidden(string path, string detail) => new(path, "Forbidden", null, detail);

    /// <summary>Two fields that exclude each other.</summary>
    public static FieldError Internal(string path, string detail) => new(path, "Internal error", null, detail);

    /// <inheritdoc/>
    public override string ToString() => Found is null ? $"{Path}: {Kind}: {Detail}" : $"{Path}: {Kind}: {Found}: {Detail}";
}
