using System.Globalization;
using Bascule.Api;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>The decimal revision in an object's annotations (KEY-2).</summary>
internal static class Revisions
{
    /// <summary>The revision; 0 when there is none.</summary>
    public static int Of(ObjectMeta meta) =>
        int.TryParse(meta.Annotations.GetValueOrDefault(Annotations.Revision), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    /// <summary>The decimal text of a number.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
