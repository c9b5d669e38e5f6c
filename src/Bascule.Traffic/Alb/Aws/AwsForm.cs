using System.Net.Http.Headers;
using System.Text;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>The body of a request of AWS' Query API.</summary>
internal static class AwsForm
{
    /// <summary>The type of the body.</summary>
    public const string Type = "application/x-www-form-urlencoded";

    /// <summary>A form with these fields in this order.</summary>
    public static ByteArrayContent Content(params IEnumerable<(string Name, string Value)> fields)
    {
        var text = string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}"));
        return new(Encoding.ASCII.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue(Type) } };
    }
}
