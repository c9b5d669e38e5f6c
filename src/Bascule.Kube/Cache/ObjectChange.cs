namespace Bascule.Kube.Cache;

/// <summary>What became of one cached object. At least one side is present.</summary>
/// <param name="Type">The object's type.</param>
/// <param name="Old">As it was; null when it is new to the cache.</param>
/// <param name="New">As it is; null when it is gone.</param>
public readonly record struct ObjectChange(ResourceType Type, KubeObject? Old, KubeObject? New)
{
    /// <summary>The newest known state.</summary>
    public KubeObject Current => New ?? Old ?? throw new InvalidOperationException($"a change of {Type} has neither an old nor a new object");

    /// <summary>The object's name.</summary>
    public ObjectKey Key => Current.Key;
}
