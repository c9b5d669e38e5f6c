namespace Bascule.Controller.Plugins;

/// <summary>A call of a step plugin went wrong; the message goes into the status.</summary>
public sealed class StepPluginException(string message) : Exception(message);
