using Bascule.Api;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.BlueGreen;

/// <summary>Whether a blue-green update waits before its switch (BG-5 to BG-9).</summary>
/// <param name="at">The situation.</param>
/// <param name="blueGreen">The strategy.</param>
/// <param name="analysed">The analysis before the switch needs to succeed no more.</param>
/// <param name="draft">Where the pause is decided.</param>
internal sealed class BlueGreenPause(Situation at, BlueGreenStrategy blueGreen, bool analysed, PauseDraft draft)
{
    /// <summary>Nothing is to be waited for (BG-6).</summary>
    public bool IsFastTrack
    {
        get
        {
            var active = at.SelectedBy(blueGreen.ActiveService);
            return at.IsFastRollback || at.PromoteFull || active.Length == 0 || active == at.NewHash || at.StableHash == at.NewHash;
        }
    }

    /// <summary>
    /// A pause is over, or was not needed (BG-8). A user who resumes before <c>autoPromotionSeconds</c> are over is
    /// obeyed too; the incumbent pauses anew.
    /// </summary>
    public bool IsCompleted
    {
        get
        {
            if (draft.HasAdded)
                return false;
            if (at.Status.BlueGreen.ScaleUpPreviewCheckPoint || !IsNeeded)
                return true;
            if (at.Pause(PauseReasons.BlueGreenPause) is not { } pause)
                return at.Status is { ControllerPause: true, PauseConditions.IsEmpty: true };
            return EndOf(pause) <= at.Now;
        }
    }

    private bool IsNeeded => !blueGreen.AutoPromotionEnabled || blueGreen.AutoPromotionSeconds > 0;

    /// <summary>When a pause ends by itself; null when only a user ends it.</summary>
    public DateTimeOffset? EndOf(PauseCondition pause) =>
        blueGreen.AutoPromotionEnabled ? (pause.StartTime ?? DateTimeOffset.MinValue).AddSeconds(blueGreen.AutoPromotionSeconds) : null;

    /// <summary>Adds or removes the pause (BG-7).</summary>
    public void Run()
    {
        if (draft.IsAborted || !BlueGreenSizes.HasPreview(at, blueGreen) || at.Halted)
        {
            KeepResumed();
            return;
        }

        if (IsFastTrack || at.Status.BlueGreen.ScaleUpPreviewCheckPoint || !IsNeeded)
        {
            draft.Remove(PauseReasons.BlueGreenPause);
            return;
        }

        if (!analysed)
            return;
        if (IsCompleted)
        {
            draft.Remove(PauseReasons.BlueGreenPause);
            KeepResumed();
        }
        else if (!at.HasPause(PauseReasons.BlueGreenPause))
        {
            draft.Add(PauseReasons.BlueGreenPause);
        }
    }

    /// <summary>What a user has resumed stays resumed until the switch is made, or its check point reached.</summary>
    private void KeepResumed()
    {
        if (analysed && IsNeeded && !at.Status.BlueGreen.ScaleUpPreviewCheckPoint && at.Status.ControllerPause && at.Status.PauseConditions.IsEmpty && !IsFastTrack)
            draft.KeepResumed();
    }
}
