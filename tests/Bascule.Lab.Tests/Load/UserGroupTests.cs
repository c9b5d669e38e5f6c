using System.Collections.Immutable;
using Bascule.Lab.Load;

namespace Bascule.Lab.Tests.Load;

public sealed class UserGroupTests
{
    [Fact]
    public void Groups_ComeInTurn_EachAsOftenAsItsShareSays()
    {
        ImmutableArray<UserGroup> groups = [new UserGroup(7) { Host = "a" }, new UserGroup(3) { Host = "b" }];

        var turns = Enumerable.Range(0, 100).Select(n => UserGroup.Of(groups, n).Host).ToList();

        Assert.Equal((70, 30), (turns.Count(h => h == "a"), turns.Count(h => h == "b")));
        Assert.Equal(3, turns.Take(10).Count(h => h == "b"));
    }
}
