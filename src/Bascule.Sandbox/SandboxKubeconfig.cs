using System.Text;

namespace Bascule.Sandbox;

/// <summary>Writes the file with which clients find and enter a sandbox.</summary>
internal static class SandboxKubeconfig
{
    /// <summary>Readable by its owner only from the first byte on: it holds the token.</summary>
    /// <param name="path">Where to write; replaced as a whole.</param>
    /// <param name="server">The API's address.</param>
    /// <param name="token">The bearer token.</param>
    /// <param name="authority">The certificate to trust, in PEM; null without TLS.</param>
    public static void Write(string path, Uri server, string token, string? authority)
    {
        var trust = authority is null ? "" : $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))}";
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: bascule
              cluster:
                server: {server.ToString().TrimEnd('/')}{trust}
            users:
            - name: bascule
              user:
                token: {token}
            contexts:
            - name: bascule
              context:
                cluster: bascule
                user: bascule
            current-context: bascule

            """;
        var temporary = path + ".new";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(temporary, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options))
            file.Write(text);
        File.Move(temporary, path, overwrite: true);
    }
}
