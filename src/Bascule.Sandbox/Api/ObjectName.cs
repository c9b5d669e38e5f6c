using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>What Kubernetes allows as the name of an object.</summary>
internal static class ObjectName
{
    private const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
        "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string ServiceText =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character " +
        "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string PathText = "may not be '.' or '..' and may not contain '/' or '%'";

    private const int LabelLimit = 63;
    private const int SubdomainLimit = 253;

    /// <summary>What is wrong with a name; null when it is fine.</summary>
    public static FieldError? Check(ResourceType type, string name) => type switch
    {
        { Group: "", Plural: "services" } => Check(name, ServiceText, LabelLimit, IsLabel(name) && char.IsAsciiLetterLower(name[0])),
        { Group: "", Plural: "namespaces" } => Check(name, LabelText, LabelLimit, IsLabel(name)),
        { Group: "rbac.authorization.k8s.io" } => Check(name, PathText, int.MaxValue, name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '%')),
        _ => Check(name, SubdomainText, SubdomainLimit, name.Split('.').All(IsLabel)),
    };

    private static FieldError? Check(string name, string rule, int limit, bool wellFormed)
    {
        if (name.Length > limit)
            return FieldError.Invalid("metadata.name", JsonValue.Create(name), $"must be no more than {limit} characters");
        return wellFormed ? null : FieldError.Invalid("metadata.name", JsonValue.Create(name), rule);
    }

    private static bool IsLabel(string text) =>
        text.Length > 0
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && text[0] != '-'
        && text[^1] != '-';
}
