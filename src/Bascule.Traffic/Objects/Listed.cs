namespace Bascule.Traffic.Objects;

/// <summary>Names in messages.</summary>
internal static class Listed
{
    /// <summary>The names in quotes, or that there are none.</summary>
    public static string Of(IEnumerable<string> names)
    {
        var text = string.Join(", ", names.Select(n => $"`{n}`"));
        return text.Length > 0 ? text : "none";
    }
}
