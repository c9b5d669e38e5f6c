using System.Collections.Immutable;

namespace Bascule.Lab.Load;

/// <summary>Users who ask alike.</summary>
/// <param name="Share">Their part of the requests, in proportion to the other groups'; 1 or more.</param>
public sealed record UserGroup(int Share)
{
    /// <summary>The host that they ask for; null for that of the address.</summary>
    public string? Host { get; init; }

    /// <summary>Headers that they send.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whose turn the request of a number is: groups come in turn, each as often in a row of turns as its share says.</summary>
    internal static UserGroup Of(ImmutableArray<UserGroup> groups, long number)
    {
        var turn = number % groups.Sum(g => g.Share);
        foreach (var group in groups)
        {
            if (turn < group.Share)
                return group;
            turn -= group.Share;
        }

        return groups[^1];
    }
}
