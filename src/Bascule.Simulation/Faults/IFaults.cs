namespace Bascule.Simulation.Faults;

/// <summary>What goes wrong with one call of the controller's.</summary>
public enum CallFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Refused with 409, because somebody wrote first.</summary>
    Conflict,

    /// <summary>Refused with 500 before anything happened.</summary>
    ServerError,

    /// <summary>Timed out before anything happened.</summary>
    Timeout,

    /// <summary>It happened, and the answer was lost.</summary>
    LostResponse,

    /// <summary>It happened, and the process died.</summary>
    Crash,

    /// <summary>The process died before it happened.</summary>
    CrashBefore,
}

/// <summary>Decides what goes wrong: by chance, or as a scenario says.</summary>
public interface IFaults
{
    /// <summary>The fate of a read.</summary>
    CallFault OfRead();

    /// <summary>The fate of a write.</summary>
    CallFault OfWrite();
}
