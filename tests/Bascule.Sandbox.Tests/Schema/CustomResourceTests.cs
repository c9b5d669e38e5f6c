using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube.Yaml;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Schema.Cel;

namespace Bascule.Sandbox.Tests.Schema;

public sealed class CustomResourceTests
{
    public static TheoryData<string, string, string> Violations => new()
    {
        { "{'type': 'object', 'properties': {'replicas': {'type': 'integer'}}}", "{'replicas': 'string'}", "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"" },
        { "{'type': 'object', 'required': ['x'], 'properties': {'x': {'type': 'string'}}}", "{}", "spec.x: Required value" },
        { "{'type': 'object', 'properties': {'x': {'type': 'string', 'enum': ['b', 'c']}}}", "{'x': 'a'}", "spec.x: Unsupported value: \"a\": supported values: \"b\", \"c\"" },
        { "{'type': 'object', 'properties': {'x': {'type': 'integer', 'minimum': 1}}}", "{'x': 0}", "spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1" },
        { "{'type': 'object', 'properties': {'x': {'type': 'integer', 'maximum': 100}}}", "{'x': 101}", "spec.x: Invalid value: 101: spec.x in body should be less than or equal to 100" },
        { "{'type': 'object', 'properties': {'x': {'type': 'string', 'pattern': '^a+$'}}}", "{'x': 'b'}", "spec.x: Invalid value: \"b\": spec.x in body should match '^a+$'" },
        { "{'type': 'object', 'properties': {'x': {'type': 'string', 'minLength': 2}}}", "{'x': 'b'}", "spec.x: Invalid value: \"b\": spec.x in body should be at least 2 chars long" },
        { "{'type': 'object', 'properties': {'x': {'type': 'array', 'maxItems': 1, 'items': {'type': 'string'}}}}", "{'x': ['a', 'b']}", "spec.x: Too many: 2: must have at most 1 items" },
        { "{'type': 'object', 'properties': {'x': {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}}}}", "{'x': ['a', 'a']}", "spec.x[1]: Duplicate value: \"a\"" },
        { "{'type': 'object', 'properties': {'x': {'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'], 'items': {'type': 'object', 'properties': {'n': {'type': 'string'}}}}}}", "{'x': [{'n': 'a'}, {'n': 'a'}]}", "spec.x[1]: Duplicate value: {\"n\":\"a\"}" },
        { "{'type': 'object', 'properties': {'x': {'x-kubernetes-int-or-string': true}}}", "{'x': true}", "spec.x: Invalid value: \"boolean\": spec.x in body must be of type integer,string: \"boolean\"" },
        { "{'type': 'object', 'oneOf': [{'required': ['a']}, {'required': ['b']}], 'properties': {'a': {'type': 'string'}, 'b': {'type': 'string'}}}", "{}", "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found none valid" },
        { "{'type': 'object', 'properties': {'x': {'type': 'string'}}, 'x-kubernetes-validations': [{'rule': 'self.x != \\u0022no\\u0022', 'message': 'x must not be no'}]}", "{'x': 'no'}", "spec: Invalid value: \"object\": x must not be no" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Object_ThatBreaksItsSchema_IsRefusedInKubernetesWords(string schema, string spec, string expected)
    {
        var resource = TestCatalog.Custom(schema);
        var widget = TestCatalog.Prepared(resource, TestCatalog.Widget(spec));

        Assert.Equal([expected], ObjectRules.Validate(resource, widget, null).Select(e => e.ToString()));
    }

    [Fact]
    public void Object_WithUnknownFields_IsPrunedExceptWhereItMayHaveThem()
    {
        var resource = TestCatalog.Custom("{'type': 'object', 'properties': {'known': {'type': 'string'}, 'open': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true}}}");
        var widget = TestCatalog.Widget("{'known': 'a', 'other': 1, 'open': {'b': 2}}");

        Assert.Equal(["spec.other"], ObjectRules.Prune(resource, widget));
        Assert.Equal("""{"known":"a","open":{"b":2}}""", widget["spec"]!.ToJsonString());
    }

    [Fact]
    public void Defaults_OfAbsentFields_AreFilledInButNotOfAbsentObjects()
    {
        var resource = TestCatalog.Custom("{'type': 'object', 'properties': {'a': {'type': 'integer', 'default': 3}, 'o': {'type': 'object', 'properties': {'b': {'type': 'string', 'default': 'x'}}}, 'p': {'type': 'object', 'default': {}, 'properties': {'b': {'type': 'string', 'default': 'y'}}}}}");
        var widget = TestCatalog.Prepared(resource, TestCatalog.Widget("{'a': null}"));

        Assert.Equal("""{"a":3,"p":{"b":"y"}}""", widget["spec"]!.ToJsonString());
    }

    [Fact]
    public void Rule_AboutAChange_IsCheckedOnUpdatesOnly()
    {
        var resource = TestCatalog.Custom("{'type': 'object', 'properties': {'x': {'type': 'string', 'x-kubernetes-validations': [{'rule': 'self == oldSelf', 'message': 'x is immutable'}]}}}");

        Assert.Empty(ObjectRules.Validate(resource, TestCatalog.Widget("{'x': 'a'}"), null));
        Assert.Empty(ObjectRules.Validate(resource, TestCatalog.Widget("{'x': 'a'}"), TestCatalog.Widget("{'x': 'a'}")));
        Assert.Equal(["spec.x: Invalid value: \"b\": x is immutable"], ObjectRules.Validate(resource, TestCatalog.Widget("{'x': 'b'}"), TestCatalog.Widget("{'x': 'a'}")).Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("size(self.list) == 2", true)]
    [InlineData("self.list.size() > 2", false)]
    [InlineData("has(self.name) && !has(self.missing)", true)]
    [InlineData("self.missing == 1 || self.count == 3", true)]
    [InlineData("self.list.all(x, x.startsWith('a'))", false)]
    [InlineData("self.list.exists_one(x, x == 'b1')", true)]
    [InlineData("self.list.filter(x, x.endsWith('1')).size() == 2", true)]
    [InlineData("'a1' in self.list && !('zz' in self.list)", true)]
    [InlineData("(has(self.name) ? 1 : 0) + (has(self.missing) ? 1 : 0) <= 1", true)]
    [InlineData("self.name.matches('^w[0-9]$')", true)]
    [InlineData("duration(self.wait) >= duration('1ms')", true)]
    [InlineData("0 < self.count && self.count <= 65535", true)]
    [InlineData("self.count % 2 == 0", false)]
    [InlineData("self.name in [\"\", \"w1\"]", true)]
    [InlineData("self.list[0] == 'a1' && self.list[self.list.size() - 1] == 'b1'", true)]
    [InlineData("(self.list.size() > 0 ? self.list[0].size() : 0) + (self.list.size() > 2 ? self.list[2].size() : 0) == 2", true)]
    public void Expression_OverAnObject_HasTheValueOfTheLanguage(string rule, bool expected)
    {
        var schema = new StructuralSchema { Rules = [new ValidationRule(rule, "broken", null, null)] };
        var broken = CelRules.Broken(TestCatalog.Object("{'list': ['a1', 'b1'], 'name': 'w1', 'count': 3, 'wait': '1.5s'}"), null, schema);

        Assert.True(CelRules.IsUnderstood(rule));
        Assert.Equal(expected, !broken.Any());
    }

    [Fact]
    public void Definitions_OfTheField_AllLoadAndMostOfTheirRulesAreUnderstood()
    {
        var folder = SharedFolder("crds");
        Assert.SkipWhen(folder is null, "no folder shared/crds above this repository: put the definitions of other projects there to test with them");
        var catalog = ResourceCatalog.Builtin;
        var crds = TestCatalog.Builtin("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        var rules = new List<string>();
        foreach (var document in Directory.EnumerateFiles(folder, "*.yaml").SelectMany(f => YamlReader.ReadAll(File.ReadAllText(f))))
        {
            var crd = (JsonObject)document.Root;
            Assert.Null(ObjectRules.DecodeError(crds, crd));
            Assert.Empty(ObjectRules.Validate(crds, TestCatalog.Prepared(crds, crd), null).Select(e => $"{crd["metadata"]!["name"]}: {e}"));
            catalog = catalog.WithCustomResource(JsonElement.Parse(crd.ToJsonString()));
        }

        var custom = catalog.All.Where(r => r.IsCustom).ToList();
        foreach (var resource in custom)
            Collect(resource.Schema, rules);
        Assert.Contains(custom, r => r.Type.Kind == "HTTPRoute" && r.Type.Version == "v1");
        Assert.Contains(custom, r => r.Type.Kind == "VirtualService" && r.ShortNames.Contains("vs"));
        var understood = rules.Count(CelRules.IsUnderstood);
        Assert.True(understood * 100 >= rules.Count * 95, $"{understood} of {rules.Count} rules understood, for example not: {rules.FirstOrDefault(r => !CelRules.IsUnderstood(r))}");
    }

    private static void Collect(StructuralSchema schema, List<string> rules)
    {
        rules.AddRange(schema.Rules.Select(r => r.Rule));
        foreach (var child in schema.Properties.Values.Append(schema.Items).Append(schema.AdditionalProperties).OfType<StructuralSchema>())
            Collect(child, rules);
    }

    private static string? SharedFolder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bascule.slnx")))
            folder = folder.Parent;
        for (var level = 0; level < 3 && folder is not null; level++, folder = folder.Parent)
        {
            if (folder.Parent is { } parent && Directory.Exists(Path.Combine(parent.FullName, "shared", "parity")))
                return Path.Combine(parent.FullName, "shared", name);
        }

        return null;
    }
}
