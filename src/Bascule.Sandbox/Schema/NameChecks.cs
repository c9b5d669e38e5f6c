using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Schema;

/// <summary>Labels, annotations and the small names inside objects, with Kubernetes' own sentences about them.</summary>
internal static partial class NameChecks
{
    private const int LabelLimit = 63;
    private const int AnnotationsLimit = 256 * 1024;
    private const int PortNameLimit = 15;

    private const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
        "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string KeyText =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string PrefixText =
        "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string ValueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>Labels and annotations of a metadata object.</summary>
    public static IEnumerable<FieldError> Metadata(JsonObject? metadata, string path) =>
        Labels(metadata.Object("labels"), $"{path}.labels").Concat(Annotations(metadata.Object("annotations"), $"{path}.annotations"));

    /// <summary>A map of labels.</summary>
    public static IEnumerable<FieldError> Labels(JsonObject? labels, string path)
    {
        foreach (var (key, value) in labels ?? [])
        {
            if (KeyProblem(key) is { } problem)
                yield return FieldError.Invalid(path, key, problem);
            var text = value?.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : "";
            if (text.Length > LabelLimit)
                yield return FieldError.Invalid(path, text, $"must be no more than {LabelLimit} characters");
            if (!LabelValue().IsMatch(text))
                yield return FieldError.Invalid(path, text, ValueText);
        }
    }

    /// <summary>A container's, volume's or other inner name.</summary>
    public static IEnumerable<FieldError> Label(string? name, string path)
    {
        if (name is null or "")
            yield break;
        if (name.Length > LabelLimit)
            yield return FieldError.Invalid(path, name, $"must be no more than {LabelLimit} characters");
        if (!DnsLabel().IsMatch(name))
            yield return FieldError.Invalid(path, name, LabelText);
    }

    /// <summary>A port's name.</summary>
    public static IEnumerable<FieldError> PortName(string name, string path)
    {
        if (name.Length > PortNameLimit)
            yield return FieldError.Invalid(path, name, $"must be no more than {PortNameLimit} characters");
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            yield return FieldError.Invalid(path, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (!name.Any(char.IsAsciiLetterLower))
            yield return FieldError.Invalid(path, name, "must contain at least one letter (a-z)");
        if (name.StartsWith('-') || name.EndsWith('-'))
            yield return FieldError.Invalid(path, name, "must not begin or end with a hyphen");
    }

    /// <summary>A port's number.</summary>
    public static IEnumerable<FieldError> Port(JsonNode? port, string path)
    {
        if (Json.AsInteger(port) is { } number and (< 1 or > 65535))
            yield return FieldError.Invalid(path, number, "must be between 1 and 65535, inclusive");
    }

    private static IEnumerable<FieldError> Annotations(JsonObject? annotations, string path)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            size += key.Length + (value?.ToString().Length ?? 0);
            if (KeyProblem(key.ToLowerInvariant()) is { } problem)
                yield return FieldError.Invalid(path, key, problem);
        }

        if (size > AnnotationsLimit)
            yield return FieldError.TooLong(path, AnnotationsLimit);
    }

    private static string? KeyProblem(string key)
    {
        var slash = key.IndexOf('/');
        var name = key[(slash + 1)..];
        if (slash == 0 || (slash > 0 && !DnsSubdomain().IsMatch(key[..slash])))
            return slash == 0 ? "prefix part must be non-empty" : PrefixText;
        if (name.Length > LabelLimit)
            return $"name part must be no more than {LabelLimit} characters";
        return LabelValue().IsMatch(name) && name.Length > 0 ? null : name.Length == 0 ? "name part must be non-empty" : KeyText;
    }

    [GeneratedRegex("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")]
    private static partial Regex LabelValue();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex DnsSubdomain();
}
