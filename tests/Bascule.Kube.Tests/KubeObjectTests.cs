using System.Text.Json;
using Bascule.Kube.Cache;

namespace Bascule.Kube.Tests;

/// <summary>What is made of an object, and what later versions of it inherit.</summary>
public sealed class KubeObjectTests
{
    private static readonly ResourceType s_type = new("example.com", "v1", "things", "Thing");

    [Fact]
    public void As_AskedTwice_IsReadOnce()
    {
        var thing = Thing(1, "a", "x");

        Assert.Same(thing.As(Read), thing.As(Read));
    }

    [Fact]
    public void Part_OfAMemberThatIsMissing_IsReadFromNothing() =>
        Assert.Equal("Undefined", Thing(1, "a", "x").Part("other", Read).Text);

    [Theory]
    [InlineData("a", "y", true)]
    [InlineData("b", "x", false)]
    public void Part_OfTheNextVersion_IsTheSameUnlessItsMemberChanged(string spec, string status, bool same)
    {
        var before = Thing(1, "a", "x");
        var part = before.Part("spec", Read);
        var after = Thing(2, spec, status);

        after.Follow(before);

        Assert.Equal(same, ReferenceEquals(part, after.Part("spec", Read)));
        Assert.Equal($$"""{"value":"{{spec}}"}""", after.Part("spec", Read).Text);
    }

    [Fact]
    public void Part_OutlivesAnyNumberOfVersions_FollowedByTwoCachesEach()
    {
        var versions = Enumerable.Range(1, 5).Select(i => Thing(i, "a", $"{i}")).ToArray();
        var part = versions[0].Part("spec", Read);

        foreach (var (before, after) in versions.Zip(versions.Skip(1)))
        {
            after.Follow(before);
            after.Follow(before);
        }

        Assert.Same(part, versions[^1].Part("spec", Read));
    }

    [Fact]
    public void Index_PutsTheNextVersionInPlace_WithThePartsOfTheLast()
    {
        var index = new ObjectIndex(s_type);
        var before = Thing(1, "a", "x");
        var after = Thing(2, "a", "y");
        index.Apply(new WatchEvent(WatchEventType.Added, before));
        var part = before.Part("spec", Read);

        index.Apply(new WatchEvent(WatchEventType.Modified, after));

        Assert.Same(part, index.Get(after.Key)!.Part("spec", Read));
    }

    private static Made Read(JsonElement element) => new(element.ValueKind == JsonValueKind.Undefined ? "Undefined" : element.GetRawText());

    private static KubeObject Thing(int version, string spec, string status) => KubeObject.From(JsonElement.Parse(
        $$$"""{"metadata":{"name":"one","namespace":"default","uid":"u","resourceVersion":"{{{version}}}"},"spec":{"value":"{{{spec}}}"},"status":{"value":"{{{status}}}"}}"""));

    private sealed record Made(string Text);
}
