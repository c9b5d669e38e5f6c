using System.Globalization;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts;

/// <summary>How many pods there may be too many and too few (SPEC-51 to SPEC-54).</summary>
/// <param name="Surge">Pods above the wanted number.</param>
/// <param name="Unavailable">Pods below the wanted number.</param>
internal readonly record struct ReplicaLimits(int Surge, int Unavailable)
{
    /// <summary>The limits of a canary with this many wanted pods.</summary>
    public static ReplicaLimits Of(CanaryStrategy canary, int replicas) => Of(canary.MaxSurge, canary.MaxUnavailable, replicas);

    /// <summary>The limits of a blue-green with this many wanted pods; they count for restarts only (SPEC-35).</summary>
    public static ReplicaLimits Of(BlueGreenStrategy blueGreen, int replicas) => Of(new IntOrString(0), blueGreen.MaxUnavailable, replicas);

    private static ReplicaLimits Of(IntOrString maxSurge, IntOrString maxUnavailable, int replicas)
    {
        if (Scale(maxSurge, replicas, up: true) is not { } surge || Scale(maxUnavailable, replicas, up: false) is not { } unavailable)
            return new(0, 0);
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        return new(surge, replicas == 0 ? 0 : Math.Min(unavailable, replicas));
    }

    /// <summary>The value in pods; every string is a percentage; null when it is no number.</summary>
    private static int? Scale(IntOrString value, int replicas, bool up)
    {
        if (value.Text is not { } text)
            return value.Number;
        var digits = text.EndsWith('%') ? text[..^1] : text;
        if (!int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent))
            return null;
        var share = (double)percent * replicas / 100;
        return (int)(up ? Math.Ceiling(share) : Math.Floor(share));
    }
}
