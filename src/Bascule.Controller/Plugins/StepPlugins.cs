using System.Collections.Frozen;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Controller.Plugins;

/// <summary>The step plugins that can be called here, by name.</summary>
public sealed class StepPlugins
{
    /// <summary>How long a call may take, as it keeps a worker from other Rollouts; what takes longer belongs into several calls.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly FrozenDictionary<string, IStepPlugin> _byName;
    private readonly FrozenSet<string> _disabled;

    /// <summary>Makes the set.</summary>
    /// <param name="time">Measures how long a call takes.</param>
    /// <param name="plugins">The plugins; each name once.</param>
    /// <param name="disabled">Names whose steps are skipped without a call (SP-9), whether there is such a plugin or not.</param>
    public StepPlugins(TimeProvider time, IEnumerable<IStepPlugin> plugins, params IEnumerable<string> disabled)
    {
        _time = time;
        _byName = plugins.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
        _disabled = disabled.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>No plugin at all.</summary>
    public static StepPlugins None { get; } = new(TimeProvider.System, []);

    /// <summary>Calls the plugin that a call names; what goes wrong is part of the answer (SP-3, SP-5).</summary>
    public async Task<StepPluginAnswer> CallAsync(Rollout rollout, StepPluginCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (_disabled.Contains(call.Name))
            return new() { IsDisabled = true };
        if (!_byName.TryGetValue(call.Name, out var plugin))
            return new() { Problem = Missing(call.Name) };
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await plugin.CallAsync(rollout, call, either.Token);
        }
        catch (StepPluginException e)
        {
            return Error(e.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Error($"no answer within {Patience.TotalSeconds} s");
        }
    }

    private static StepPluginAnswer Error(string message) => new() { Phase = StepPluginPhases.Error, Message = message };

    private string Missing(string name)
    {
        var known = _byName.Count == 0 ? "none" : string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));
        return $"there is no step plugin \"{name}\" (there are: {known}); plugins are given to the controller by ControllerHostOptions.StepPlugins, the executables that argo-rollouts-config names are not run by this version of Bascule";
    }
}
