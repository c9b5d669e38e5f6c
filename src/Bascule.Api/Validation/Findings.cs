using System.Globalization;
using System.Text;

namespace Bascule.Api.Validation;

/// <summary>
/// Gathers what is wrong with an object, and knows which field is being looked at. A path becomes text only when there
/// is something to say of it: every decision begins with validation, and a good spec should cost it nothing.
/// </summary>
internal sealed class Findings
{
    private readonly List<(string Field, int Index)> _path = [];
    private readonly List<FieldError> _errors = [];

    /// <summary>What was found, in the order in which it was looked for.</summary>
    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Looks at a field of the present one until the scope is disposed of.</summary>
    public Scope In(string field) => In(field, -1);

    /// <summary>Looks at an entry of a list in the present field until the scope is disposed of.</summary>
    public Scope In(string list, int index)
    {
        _path.Add((list, index));
        return new(_path);
    }

    /// <summary>Adds an error that has its path already.</summary>
    public void Add(FieldError error) => _errors.Add(error);

    /// <summary>A field of the present one must be set.</summary>
    public void Required(string field, string detail) => Add(FieldError.Required(Path(field), detail));

    /// <summary>A field of the present one holds a text that it must not hold.</summary>
    public void Invalid(string field, string found, string detail) => Add(FieldError.Invalid(Path(field), found, detail));

    /// <summary>A field of the present one holds a number that it must not hold.</summary>
    public void Invalid(string field, long found, string detail) => Add(FieldError.Invalid(Path(field), found, detail));

    /// <summary>A field of the present one holds a truth value that it must not hold.</summary>
    public void Invalid(string field, bool found, string detail) => Add(FieldError.Invalid(Path(field), found, detail));

    /// <summary>A field of the present one must not be set.</summary>
    public void Forbidden(string field, string detail) => Add(FieldError.Forbidden(Path(field), detail));

    /// <summary>A field of the present one holds what another holds too.</summary>
    public void Duplicate(string field, string found, string detail) => Add(FieldError.Duplicate(Path(field), found, detail));

    /// <summary>A field of the present one refers to something that does not exist.</summary>
    public void NotFound(string field, string found, string detail) => Add(FieldError.NotFound(Path(field), found, detail));

    /// <summary>A field of the present one holds none of the values that it may hold; no value at all is fine.</summary>
    public void OneOf(string field, string? found, ReadOnlySpan<string> allowed)
    {
        if (!string.IsNullOrEmpty(found) && !allowed.Contains(found))
            Add(FieldError.Unsupported(Path(field), found, $"supported values: {string.Join(", ", allowed.ToArray().Select(v => $"\"{v}\""))}"));
    }

    /// <summary>The path of a field of the present one; of the present one itself when the field is empty.</summary>
    private string Path(string field)
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _path)
        {
            Append(text, name);
            if (index >= 0)
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }

        return Append(text, field).ToString();
    }

    private static StringBuilder Append(StringBuilder path, string field) =>
        path.Length > 0 && field.Length > 0 && field[0] != '[' ? path.Append('.').Append(field) : path.Append(field);

    /// <summary>Ends the look at a field.</summary>
    public readonly struct Scope(List<(string Field, int Index)> path) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => path.RemoveAt(path.Count - 1);
    }
}
