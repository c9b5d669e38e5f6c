using System.Net;

namespace Bascule.Controller.Telemetry;

/// <summary>Metrics cannot be served where they should be: another program listens there, or the address is not this machine's.</summary>
/// <param name="address">Where.</param>
/// <param name="inner">What the system said.</param>
public sealed class AddressTakenException(IPEndPoint address, Exception inner) : Exception($"they cannot be served on {address}: {inner.Message}", inner);
