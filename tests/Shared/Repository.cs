using System.Runtime.CompilerServices;

namespace Tests.Shared;

/// <summary>Finds the files of this repository from where this file was compiled.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> ProjectFiles(string folder) => Files(folder, "*.csproj");

    public static IEnumerable<string> SourceFiles(string folder) => Files(folder, "*.cs");

    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories) : [];
    }

    private static string Find([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Bascule.slnx")))
                return folder;
        }

        throw new InvalidOperationException($"no Bascule.slnx above {here}");
    }
}
