using Bascule.Api.Rollouts;
using Bascule.Controller.Plugins;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Controller.Tests;

/// <summary>Answers as it is told, and remembers its calls.</summary>
internal sealed class TestStepPlugin(string name, Func<StepPluginCall, CancellationToken, Task<StepPluginAnswer>> answer) : IStepPlugin
{
    public string Name => name;

    public List<StepPluginCall> Calls { get; } = [];

    public Task<StepPluginAnswer> CallAsync(Rollout rollout, StepPluginCall call, CancellationToken cancellationToken)
    {
        Calls.Add(call);
        return answer(call, cancellationToken);
    }
}
