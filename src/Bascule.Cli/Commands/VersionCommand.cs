using System.Reflection;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule version</c>.</summary>
internal sealed class VersionCommand : Verb
{
    public VersionCommand(CliServices services)
        : base("version", "Print the version of this program", "bascule version") =>
        SetAction(_ =>
        {
            services.Terminal.Raw.WriteLine(Text);
            return ExitCodes.Ok;
        });

    /// <summary>The version without the commit that a build may append.</summary>
    public static string Text =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
