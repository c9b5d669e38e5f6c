using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What is wrong with a field, by Kubernetes' own kinds of error.</summary>
internal enum FieldErrorType
{
    /// <summary>It must be there.</summary>
    Required,

    /// <summary>The value breaks a rule.</summary>
    Invalid,

    /// <summary>The value has the wrong JSON type.</summary>
    TypeInvalid,

    /// <summary>The value is not one of the allowed ones; <see cref="FieldError.Detail"/> lists those.</summary>
    NotSupported,

    /// <summary>The value occurs twice.</summary>
    Duplicate,

    /// <summary>The field must not be set here.</summary>
    Forbidden,

    /// <summary>What it names does not exist.</summary>
    NotFound,

    /// <summary>The text is too long.</summary>
    TooLong,

    /// <summary>The list or map has too many entries.</summary>
    TooMany,
}

/// <summary>One cause of a 422 answer, worded as the Kubernetes API words it.</summary>
/// <param name="Path">The field, such as <c>spec.containers[0].name</c>.</param>
/// <param name="Type">What is wrong.</param>
/// <param name="Detail">The rest of the sentence; may be empty.</param>
/// <param name="BadValue">The value as the message prints it: quoted text, a bare number, JSON; null when the message shows none.</param>
internal sealed record FieldError(string Path, FieldErrorType Type, string Detail, string? BadValue)
{
    /// <summary>The machine-readable reason for the cause, such as <c>FieldValueInvalid</c>.</summary>
    public string Reason => Type switch
    {
        FieldErrorType.Required => "FieldValueRequired",
        FieldErrorType.Invalid => "FieldValueInvalid",
        FieldErrorType.TypeInvalid => "FieldValueTypeInvalid",
        FieldErrorType.NotSupported => "FieldValueNotSupported",
        FieldErrorType.Duplicate => "FieldValueDuplicate",
        FieldErrorType.Forbidden => "FieldValueForbidden",
        FieldErrorType.NotFound => "FieldValueNotFound",
        FieldErrorType.TooLong => "FieldValueTooLong",
        FieldErrorType.TooMany => "FieldValueTooMany",
    };

    /// <summary>The cause's message: everything but the path.</summary>
    public string Message
    {
        get
        {
            var head = BadValue is null ? Words : $"{Words}: {BadValue}";
            return Detail.Length == 0 ? head : $"{head}: {Detail}";
        }
    }

    private string Words => Type switch
    {
        FieldErrorType.Required => "Required value",
        FieldErrorType.Invalid or FieldErrorType.TypeInvalid => "Invalid value",
        FieldErrorType.NotSupported => "Unsupported value",
        FieldErrorType.Duplicate => "Duplicate value",
        FieldErrorType.Forbidden => "Forbidden",
        FieldErrorType.NotFound => "Not found",
        FieldErrorType.TooLong => "Too long",
        FieldErrorType.TooMany => "Too many",
    };

    /// <summary>The whole sentence, as the API's <c>Status</c> message joins it.</summary>
    public override string ToString() => $"{Path}: {Message}";

    /// <summary>A missing field.</summary>
    public static FieldError Required(string path, string detail = "") => new(path, FieldErrorType.Required, detail, null);

    /// <summary>A value that breaks a rule.</summary>
    public static FieldError Invalid(string path, JsonNode? value, string detail) => new(path, FieldErrorType.Invalid, detail, Show(value));

    /// <summary>A field that must not be set.</summary>
    public static FieldError Forbidden(string path, string detail) => new(path, FieldErrorType.Forbidden, detail, null);

    /// <summary>A value that occurs twice.</summary>
    public static FieldError Duplicate(string path, JsonNode? value) => new(path, FieldErrorType.Duplicate, "", Show(value));

    /// <summary>A name of something that does not exist.</summary>
    public static FieldError NotFound(string path, JsonNode? value) => new(path, FieldErrorType.NotFound, "", Show(value));

    /// <summary>A value outside a closed set.</summary>
    public static FieldError NotSupported(string path, JsonNode? value, IEnumerable<string> supported) =>
        new(path, FieldErrorType.NotSupported, "supported values: " + string.Join(", ", supported.Select(s => $"\"{s}\"")), Show(value));

    /// <summary>A text with too many characters.</summary>
    public static FieldError TooLong(string path, int most) => new(path, FieldErrorType.TooLong, $"may not be more than {most} bytes", null);

    /// <summary>A list or map with too many entries.</summary>
    public static FieldError TooMany(string path, int found, int most) => new(path, FieldErrorType.TooMany, $"must have at most {most} items", $"{found}");

    /// <summary>A value as Kubernetes prints it in messages.</summary>
    public static string Show(JsonNode? value) => value is null ? "null" : value.ToJsonString(Text.Relaxed);
}
