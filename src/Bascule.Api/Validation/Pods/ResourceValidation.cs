using System.Numerics;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks what a container asks for and may use (VAL-4).</summary>
internal static class ResourceValidation
{
    private static readonly BigInteger One = BigInteger.Pow(10, 9);

    public static void Check(Findings findings, JsonElement resources)
    {
        using var scope = findings.In("resources");
        Amounts(findings, resources, "limits");
        Amounts(findings, resources, "requests");
        if (resources.MemberOrNull("requests") is not { } requests)
            return;
        foreach (var request in requests.EnumerateObject())
            Limit(findings, request.Name, Text(request.Value), resources.Member("limits"));
    }

    private static void Amounts(Findings findings, JsonElement resources, string list)
    {
        if (resources.MemberOrNull(list) is not { } amounts)
            return;
        using var scope = findings.In(list);
        foreach (var entry in amounts.EnumerateObject())
        {
            if (Text(entry.Value) is not { } text)
                continue;
            if (!IsResource(entry.Name))
                findings.Invalid($"[{entry.Name}]", entry.Name, "expected cpu, memory, ephemeral-storage, hugepages-SIZE or a name with a domain, such as example.com/device");
            if (!Quantity.TryParse(text, out var amount))
                findings.Invalid($"[{entry.Name}]", text, "must be a quantity such as 2, 500m or 1.5Gi");
            else if (amount.Sign < 0)
                findings.Invalid($"[{entry.Name}]", text, "must be greater than or equal to 0");
            else if (!CanOvercommit(entry.Name) && !(amount % One).IsZero)
                findings.Invalid($"[{entry.Name}]", text, "must be a whole number");
        }
    }

    private static void Limit(Findings findings, string name, string? request, JsonElement limits)
    {
        if (request is null || !Quantity.TryParse(request, out var wanted))
            return;
        if (limits.Raw(name) is not { } found || Text(found) is not { } limit)
        {
            if (!CanOvercommit(name))
                findings.Required("limits", $"{name} needs a limit, because it cannot be overcommitted");
        }
        else if (Quantity.TryParse(limit, out var most) && (wanted > most || (wanted != most && !CanOvercommit(name))))
        {
            findings.Invalid("requests", request, $"must be {(CanOvercommit(name) ? "less than or equal" : "equal")} to {name} limit of {limit}");
        }
    }

    private static bool IsResource(string name) =>
        name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith("hugepages-", StringComparison.Ordinal) || (name.Contains('/', StringComparison.Ordinal) && Names.IsLabelKey(name));

    /// <summary>False for huge pages and for resources of a domain: a node has so many of them and no more.</summary>
    private static bool CanOvercommit(string name) =>
        (!name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal)) && !name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static string? Text(JsonElement amount) => amount.ValueKind switch
    {
        JsonValueKind.String => amount.GetString(),
        JsonValueKind.Number => amount.GetRawText(),
        _ => null,
    };
}
