using System.Globalization;
using System.Text;

namespace Bascule.Sandbox.Schema;

/// <summary>Where a walk through an object stands. The path is put into words only when there is something to say.</summary>
internal sealed class FieldCursor
{
    private readonly List<(string? Name, int Index)> steps = [];

    /// <summary>Steps into a field.</summary>
    public void Enter(string field) => steps.Add((field, 0));

    /// <summary>Steps into an item.</summary>
    public void Enter(int index) => steps.Add((null, index));

    /// <summary>Steps back out.</summary>
    public void Leave() => steps.RemoveAt(steps.Count - 1);

    /// <summary>The path of a field below here.</summary>
    public string Child(string field) => FieldPath.Join(ToString(), field);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (name is null)
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                text.Append(text.Length == 0 ? "" : ".").Append(name);
        }

        return text.ToString();
    }
}
