using Bascule.Simulation.Faults;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>Faults as a story tells them: the n-th call from now has this fate, all others are well.</summary>
internal sealed class TestFaults : IFaults
{
    private readonly Dictionary<int, CallFault> _ofWrite = [];
    private int _writes;

    /// <summary>The write after so many others meets a fault.</summary>
    /// <param name="after">0 for the very next.</param>
    /// <param name="fault">What happens to it.</param>
    public void Plan(int after, CallFault fault) => _ofWrite[_writes + after] = fault;

    public CallFault OfRead() => CallFault.None;

    public CallFault OfWrite() => _ofWrite.GetValueOrDefault(_writes++, CallFault.None);
}
