using Bascule.Sandbox.Schema;
using SchemaGenerator;

namespace Bascule.Sandbox.Tests.Schema;

public sealed class BuiltinSchemaTests
{
    [Fact]
    public void GeneratedTypes_InTheRepository_EqualTheGeneratorsOutput()
    {
        using var stream = typeof(BuiltinSchemas).Assembly.GetManifestResourceStream("builtin.json")!;
        using var reader = new StreamReader(stream);

        Assert.True(ModelReader.ReadAll() == reader.ReadToEnd(), "run `dotnet run --project eng/SchemaGenerator -- src/Bascule.Sandbox/Schema/builtin.json` and look at the difference");
    }

    [Fact]
    public void Facts_OfTypesAndFields_AreAllAboutSomethingGenerated()
    {
        var types = new[] { "builtin.json", "legacy.json" }.SelectMany(f => BuiltinSchemas.Table(f).EnumerateObject()).ToDictionary(p => p.Name, p => p.Value);
        var strangers =
            from type in BuiltinSchemas.Table("builtin-facts.json").EnumerateObject()
            from field in type.Value.EnumerateObject()
            where field.Name.Length > 0 && !(types.TryGetValue(type.Name, out var known) && known.TryGetProperty(field.Name, out _))
            select $"{type.Name}.{field.Name}";

        Assert.Empty(strangers);
    }

    [Fact]
    public void MergeKeys_OfLists_AreFieldsOfTheirItems()
    {
        var wrong =
            from type in BuiltinSchemas.ByName
            from field in type.Value.Properties
            from key in field.Value.ListMapKeys.Append(field.Value.PatchMergeKey).OfType<string>()
            where field.Value.Items?.Properties.ContainsKey(key) != true
            select $"{type.Key}.{field.Key}: {key}";

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("containers", "name", "merge", "Map")]
    [InlineData("volumes", "name", "merge,retainKeys", "Map")]
    [InlineData("tolerations", null, "", "Atomic")]
    public void PodSpec_Lists_MergeAsKubernetesMergesThem(string field, string? key, string strategies, string topology)
    {
        var schema = BuiltinSchemas.ByName["core.v1.PodSpec"].Properties[field];

        Assert.Equal(key, schema.PatchMergeKey);
        Assert.Equal(strategies, string.Join(',', schema.PatchStrategies));
        Assert.Equal(topology, schema.ListType?.ToString());
    }
}
