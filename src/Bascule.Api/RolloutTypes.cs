namespace Bascule.Api;

/// <summary>Values of <see cref="Labels.RolloutType"/> (KEY-11).</summary>
public static class RolloutTypes
{
    /// <summary>The run of an analysis step.</summary>
    public const string Step = "Step";

    /// <summary>The run beside the steps.</summary>
    public const string Background = "Background";

    /// <summary>The run before a blue-green switch.</summary>
    public const string PrePromotion = "PrePromotion";

    /// <summary>The run after a blue-green switch.</summary>
    public const string PostPromotion = "PostPromotion";
}
