using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Events;

/// <summary>Writes events to the cluster in the background: equal ones are counted, floods are thinned out.</summary>
public sealed class EventRecorder : IEventSink, IAsyncDisposable
{
    /// <summary>Makes a recorder and starts its loop.</summary>
    /// <param name="client">Where events go.</param>
    /// <param name="component">The <c>source.component</c>, such as <c>rollouts-controller</c>.</param>
    /// <param name="time">Stamps events.</param>
    /// <param name="random">Makes names.</param>
    /// <param name="logger">Told what could not be written.</param>
    public EventRecorder(IKubeClient client, string component, TimeProvider time, Random random, ILogger<EventRecorder> logger) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Record(KubeEvent value) => throw new NotImplementedException();

    /// <summary>Writes what is queued, for at most a few seconds, and ends.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
