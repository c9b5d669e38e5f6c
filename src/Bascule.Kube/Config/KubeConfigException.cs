namespace Bascule.Kube.Config;

/// <summary>No usable connection could be made from the configuration; the message says what to do.</summary>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="inner">What the parser or the system reported, if anything.</param>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
