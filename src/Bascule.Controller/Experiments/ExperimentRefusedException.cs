using Bascule.Engine.Experiments.Effects;
using Bascule.Kube;

namespace Bascule.Controller.Experiments;

/// <summary>The server refused an effect for a reason that repeating does not cure (EX-6, EX-12).</summary>
/// <param name="effect">The effect.</param>
/// <param name="inner">What the server said.</param>
public sealed class ExperimentRefusedException(ExperimentEffect effect, KubeException inner) : Exception($"refused: {inner.Message}", inner)
{
    /// <summary>The effect.</summary>
    public ExperimentEffect Effect => effect;

    /// <summary>What the server said.</summary>
    public string ServerMessage => InnerException!.Message;
}
