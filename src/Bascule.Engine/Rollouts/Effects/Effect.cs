namespace Bascule.Engine.Rollouts.Effects;

/// <summary>
/// One thing to do, as data. A closed family, told apart by <see cref="Match{T}"/> only. Every effect is harmless when
/// repeated, or refused by the API because of the <c>resourceVersion</c> or <c>uid</c> that it names.
/// </summary>
public abstract record Effect
{
    private protected Effect()
    {
    }

    /// <summary>Calls the method for the case that this effect is.</summary>
    public abstract T Match<T>(IEffectCases<T> cases);
}
