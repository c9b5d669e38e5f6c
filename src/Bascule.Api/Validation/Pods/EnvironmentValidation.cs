using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks a container's environment variables (VAL-4). A name that occurs twice is allowed: the last one counts.</summary>
internal static class EnvironmentValidation
{
    /// <summary>Where a value may come from, with the field that each cannot do without.</summary>
    private static readonly (string Kind, string Needs, string Rule)[] Sources =
    [
        ("fieldRef", "fieldPath", "must name a field of the pod"),
        ("resourceFieldRef", "resource", "must name a resource of the container"),
        ("configMapKeyRef", "key", "must name a key"),
        ("secretKeyRef", "key", "must name a key"),
        ("fileKeyRef", "key", "must name a key"),
    ];

    private static readonly string[] Bulk = ["configMapRef", "secretRef"];

    public static void Check(Findings findings, JsonElement container)
    {
        var i = 0;
        foreach (var variable in container.List("env"))
        {
            using var scope = findings.In("env", i++);
            Variable(findings, variable);
        }

        i = 0;
        foreach (var source in container.List("envFrom"))
        {
            using var scope = findings.In("envFrom", i++);
            From(findings, source);
        }
    }

    private static void Variable(Findings findings, JsonElement variable)
    {
        var name = variable.Text("name") ?? "";
        if (name.Length == 0)
            findings.Required("name", "a variable needs a name");
        else if (name.AsSpan().ContainsAnyExceptInRange(' ', '~') || name.Contains('=', StringComparison.Ordinal))
            findings.Invalid("name", name, "must be printable ASCII without '='");
        if (variable.MemberOrNull("valueFrom") is not { } source)
            return;
        var set = Sources.Where(s => source.MemberOrNull(s.Kind) is not null).ToList();
        if (set.Count != 1)
            findings.Invalid("valueFrom", string.Join(", ", set.Select(s => s.Kind)), "expected exactly one of fieldRef, resourceFieldRef, configMapKeyRef and secretKeyRef");
        if (!string.IsNullOrEmpty(variable.Text("value")))
            findings.Invalid("valueFrom", "", "may not be set together with value");
        using var scope = findings.In("valueFrom");
        foreach (var (kind, needs, rule) in set)
        {
            using var entry = findings.In(kind);
            if (string.IsNullOrEmpty(source.Member(kind).Text(needs)))
                findings.Required(needs, rule);
        }
    }

    private static void From(Findings findings, JsonElement source)
    {
        var set = Bulk.Where(s => source.MemberOrNull(s) is not null).ToList();
        if (set.Count != 1)
        {
            findings.Invalid("", string.Join(", ", set), "expected exactly one of configMapRef and secretRef");
            return;
        }

        using var scope = findings.In(set[0]);
        if (string.IsNullOrEmpty(source.Member(set[0]).Text("name")))
            findings.Required("name", "must name an object");
    }
}
