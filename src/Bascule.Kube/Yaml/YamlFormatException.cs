namespace Bascule.Kube.Yaml;

/// <summary>A text is not YAML, or not such that JSON can express it.</summary>
public sealed class YamlFormatException : FormatException
{
    /// <summary>Says where and what.</summary>
    public YamlFormatException(int line, int column, string message, Exception? inner = null)
        : base($"line {line}, column {column}: {message}", inner)
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The column, from 1.</summary>
    public int Column { get; }
}
