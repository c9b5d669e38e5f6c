using System.Text.RegularExpressions;

namespace Bascule.Api.Validation;

/// <summary>The kinds of names that Kubernetes allows.</summary>
internal static partial class Names
{
    public const string DnsLabelRule = "must be at most 63 lower-case letters, digits or '-', beginning and ending with a letter or digit";

    public const string DnsSubdomainRule = "must be lower-case letters, digits, '-' or '.', each part beginning and ending with a letter or digit, at most 253 in all";

    public const string LabelKeyRule = "expected a name of at most 63 letters, digits, '-', '_' or '.', optionally after a DNS prefix and '/'";

    public const string LabelValueRule = "a label value must be empty or at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit";

    public const string PortNumberRule = "must be between 1 and 65535";

    public const string PortNameRule = "must be at most 15 lower-case letters, digits or single '-', with at least one letter";

    public static bool IsPortNumber(int number) => number is >= 1 and <= 65535;

    public static bool IsDnsLabel(string text) => text.Length is > 0 and <= 63 && DnsLabel().IsMatch(text);

    public static bool IsLabelValue(string text) => text.Length == 0 || (text.Length <= 63 && QualifiedName().IsMatch(text));

    public static bool IsLabelKey(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var name = text[(slash + 1)..];
        return name.Length is > 0 and <= 63 && QualifiedName().IsMatch(name) && (slash < 0 || IsDnsSubdomain(text[..slash]));
    }

    public static bool IsDnsSubdomain(string text) => text.Length is > 0 and <= 253 && DnsSubdomain().IsMatch(text);

    /// <summary>At most 15 letters, digits and single hyphens, at least one letter.</summary>
    public static bool IsPortName(string text) => text.Length is > 0 and <= 15 && PortName().IsMatch(text) && text.Any(char.IsAsciiLetter);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex DnsSubdomain();

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedName();

    [GeneratedRegex("^[a-z0-9](-?[a-z0-9])*$", RegexOptions.CultureInvariant)]
    private static partial Regex PortName();
}
