namespace Bascule.Traffic.Tests.Aws;

/// <summary>Environment variables of a test.</summary>
internal static class TestVariables
{
    public static Func<string, string?> Of(params IEnumerable<(string Name, string Value)> variables) => variables.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault;
}
