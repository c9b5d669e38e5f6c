using System.Globalization;
using System.Text.Json;

namespace Bascule.Sandbox.Runtime;

/// <summary>Reads quantities such as <c>500m</c> and <c>64Mi</c> as far as environment variables need them.</summary>
internal static class ResourceQuantity
{
    private static readonly Dictionary<string, double> s_units = new()
    {
        [""] = 1,
        ["n"] = 1e-9,
        ["u"] = 1e-6,
        ["m"] = 1e-3,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["G"] = 1e9,
        ["T"] = 1e12,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
    };

    /// <summary>The value of a <c>resourceFieldRef</c>, in units of its divisor, rounded up.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="container">The container whose limits and requests it names; without a limit the machine is the limit.</param>
    public static string Reference(JsonElement reference, JsonElement container)
    {
        var path = (reference.Text("resource") ?? "").Split('.', 2);
        var resource = path.Length == 2 ? path[1] : "";
        var written = container.At("resources", path[0]).Text(resource);
        var amount = written is not null ? Parse(written) : path[0] == "limits" ? Machine(resource) : 0;
        var divisor = reference.Text("divisor") is { } text && Parse(text) is > 0 and var parsed ? parsed : 1;
        return ((long)Math.Ceiling(amount / divisor)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A quantity as a number; 0 when malformed, which the API server does not let pass.</summary>
    public static double Parse(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+').Count();
        return s_units.TryGetValue(text[digits..], out var unit) && double.TryParse(text[..digits], CultureInfo.InvariantCulture, out var number) ? number * unit : 0;
    }

    private static double Machine(string resource) => resource switch
    {
        "cpu" => Environment.ProcessorCount,
        "memory" => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        _ => 0,
    };
}
