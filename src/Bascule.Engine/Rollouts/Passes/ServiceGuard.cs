namespace Bascule.Engine.Rollouts.Passes;

/// <summary>What a version must have before a Service is pointed at it (NAME-16).</summary>
internal enum ServiceGuard
{
    /// <summary>Nothing: no traffic goes by the Service yet, or it must leave another version at once.</summary>
    None,

    /// <summary>An available pod; all of them for a Service that is taken over, whose traffic comes from one moment to the next.</summary>
    Available,
}
