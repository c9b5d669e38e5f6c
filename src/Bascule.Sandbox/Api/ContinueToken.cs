using System.Globalization;
using System.Text;
using Bascule.Kube;

namespace Bascule.Sandbox.Api;

/// <summary>Where the next page of a list begins. Opaque to clients.</summary>
/// <param name="Version">The version that all pages show.</param>
/// <param name="After">The last object of the page before.</param>
internal sealed record ContinueToken(long Version, ObjectKey After)
{
    /// <summary>Reads a token.</summary>
    /// <exception cref="KubeException">400: not one of this server's tokens.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(text)).Split('\n');
            if (parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                return new(version, new(parts[1].Length == 0 ? null : parts[1], parts[2]));
        }
        catch (FormatException)
        {
            // Answered below, like every other malformed token.
        }

        throw ApiErrors.BadRequest("continue key is not valid: pass the metadata.continue of the page before, unchanged");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}\n{After.Namespace}\n{After.Name}")));
}
