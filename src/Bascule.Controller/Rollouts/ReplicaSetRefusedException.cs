using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>The server refused to create the ReplicaSet of a new version, for a reason that repeating does not cure (NAME-3).</summary>
/// <param name="name">The ReplicaSet's name.</param>
/// <param name="inner">What the server said.</param>
public sealed class ReplicaSetRefusedException(string name, KubeException inner) : Exception($"replica set {name} was refused: {inner.Message}", inner)
{
    /// <summary>What the server said.</summary>
    public string ServerMessage => InnerException!.Message;
}
