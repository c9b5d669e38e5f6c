namespace Bascule.Lab.Load;

/// <summary>Why a user would say that a request failed.</summary>
public enum FailureKind
{
    /// <summary>An answer came, with a status of 400 or more.</summary>
    Status,

    /// <summary>Nobody listened.</summary>
    Refused,

    /// <summary>The connection broke before the answer was complete.</summary>
    Reset,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The generator could not keep its schedule: too many requests were waiting for answers already.</summary>
    NotSent,

    /// <summary>Anything else; the message of the last one is kept.</summary>
    Other,
}
