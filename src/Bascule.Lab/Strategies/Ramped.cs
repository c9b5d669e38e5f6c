namespace Bascule.Lab.Strategies;

/// <summary>Exchanges the pods one by one, as a Deployment does unless told otherwise.</summary>
public sealed class Ramped : Redeploy
{
    /// <inheritdoc/>
    public override string Name => "ramped";

    /// <inheritdoc/>
    public override string Description => "Exchange the pods of v1 for pods of v2 one by one (rolling update)";
}
