using System.CommandLine;
using System.CommandLine.Parsing;

namespace Bascule.Cli.Commands;

/// <summary>Options and arguments that are http addresses.</summary>
internal static class WebAddress
{
    /// <summary>An option that takes one.</summary>
    public static Option<Uri?> Option(string name, string description) =>
        new(name) { Description = description, HelpName = "url", CustomParser = result => Read(name, result) };

    /// <summary>An argument that is one.</summary>
    public static Argument<Uri?> Argument(string name, string description) =>
        new(name) { Description = description, CustomParser = result => Read(name, result) };

    private static Uri? Read(string name, ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"{name}: found '{text}', expected an address such as http://127.0.0.1:30080");
        return null;
    }
}
