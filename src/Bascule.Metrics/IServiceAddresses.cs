using System.Net;

namespace Bascule.Metrics;

/// <summary>
/// Knows where the Services of the cluster can be reached, for a program that runs outside the cluster's own DNS, such
/// as one beside a sandbox.
/// </summary>
public interface IServiceAddresses
{
    /// <summary>The address of a Service; null when the name is none.</summary>
    /// <param name="host">The host of a URL: <c>name</c>, <c>name.namespace</c> or longer, as in-cluster DNS has it.</param>
    /// <param name="namespace">The namespace of a bare name.</param>
    IPAddress? Find(string host, string? @namespace);
}
