namespace Bascule.Engine.Rollouts.Passes;

/// <summary>
/// Old versions that keep their pods for a while, so that going back is quick (TR-50, BG-40). To be asked about them from
/// the newest to the oldest.
/// </summary>
/// <param name="scaler">Where it is carried out.</param>
/// <param name="now">The time of the pass.</param>
/// <param name="delaySeconds">How long they keep them; null for 30, 0 for not at all. The incumbent keeps them for ever with 0 (SPEC-36).</param>
/// <param name="revisionLimit">How many of them may wait; null for any number.</param>
internal sealed class ScaleDownDelays(Scaler scaler, DateTimeOffset now, int? delaySeconds, int? revisionLimit)
{
    private const int DefaultSeconds = 30;

    private int waiting;

    /// <summary>Lets an old version wait, or takes its pods.</summary>
    /// <param name="rs">The version; it has pods.</param>
    /// <param name="size">Its size while it waits.</param>
    public void Apply(ReplicaSetView rs, int size)
    {
        var delay = delaySeconds ?? DefaultSeconds;
        var allowed = delay > 0 && waiting < (revisionLimit ?? int.MaxValue);
        if (allowed && !rs.HasScaleDownDeadline)
        {
            waiting++;
            scaler.SetDeadline(rs, now.AddSeconds(delay));
        }
        else if (allowed && rs.ScaleDownDeadline > now)
        {
            waiting++;
            scaler.Scale(rs, size, keepDeadline: true);
        }
        else
        {
            scaler.Scale(rs, 0);
        }
    }
}
