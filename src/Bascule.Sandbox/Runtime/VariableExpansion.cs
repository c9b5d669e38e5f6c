using System.Text;

namespace Bascule.Sandbox.Runtime;

/// <summary>Expands <c>$(NAME)</c> as Kubernetes does in commands, arguments and values.</summary>
internal static class VariableExpansion
{
    /// <summary>Unknown names stay as they are; <c>$$</c> is a dollar, so <c>$$(NAME)</c> is the text <c>$(NAME)</c>.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var next = text[i + 1];
            var close = next == '(' ? text.IndexOf(')', i + 2) : -1;
            if (next == '$')
            {
                result.Append('$');
                i++;
            }
            else if (close > 0)
            {
                var name = text[(i + 2)..close];
                result.Append(variables.TryGetValue(name, out var value) ? value : text[i..(close + 1)]);
                i = close;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
