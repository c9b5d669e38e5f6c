using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>An element of the XML in which AWS' Query API answers; what is missing has no children and no text.</summary>
internal readonly struct AwsAnswer
{
    private readonly XElement? _element;

    private AwsAnswer(XElement? element) => _element = element;

    /// <summary>The elements of a list, each of which AWS names <c>member</c>.</summary>
    /// <param name="name">The list.</param>
    public IEnumerable<AwsAnswer> Members(string name) => Child(name)._element?.Elements().Where(e => e.Name.LocalName == "member").Select(e => new AwsAnswer(e)) ?? [];

    /// <summary>The element of a name.</summary>
    public AwsAnswer Child(string name) => new(_element?.Elements().FirstOrDefault(e => e.Name.LocalName == name));

    /// <summary>The text of the element of a name; null when there is none, or it is empty.</summary>
    public string? Text(string name) => Child(name)._element?.Value is { Length: > 0 } text ? text : null;

    /// <summary>The result of an action.</summary>
    /// <param name="action">What was asked.</param>
    /// <param name="response">What came back.</param>
    /// <param name="redact">Takes secrets out of AWS' own words.</param>
    /// <exception cref="AwsException">AWS refused, or answered with something else.</exception>
    public static AwsAnswer Read(string action, (HttpStatusCode Code, string Body) response, Func<string, string> redact)
    {
        var root = new AwsAnswer(Parse(response.Body));
        if (response.Code == HttpStatusCode.OK && root.Child($"{action}Result") is { _element: not null } result)
            return result;
        var error = root.Child("Error");
        throw new AwsException(error.Text("Code") is { } code
            ? $"{action}: {code}: {redact(FirstLine(error.Text("Message") ?? "no message"))}"
            : $"{action}: AWS answered {(int)response.Code} with something that is neither a result nor an error of it");
    }

    /// <summary>What follows of some messages is the request itself, with its headers.</summary>
    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private static XElement? Parse(string body)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(body));
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
