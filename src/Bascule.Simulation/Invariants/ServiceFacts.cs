using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Simulation.Invariants;

/// <summary>Which pods a Service leads to.</summary>
/// <param name="Hash">The version; empty when it leads to every version.</param>
internal sealed record ServiceFacts(string Hash)
{
    /// <summary>Reads a Service.</summary>
    public static ServiceFacts Read(JsonElement root) => new(root.Member("spec").Member("selector").Text("rollouts-pod-template-hash") ?? "");
}
