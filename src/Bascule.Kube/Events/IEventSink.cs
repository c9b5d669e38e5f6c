namespace Bascule.Kube.Events;

/// <summary>Takes the events that controllers want users to see. Never blocks, never throws.</summary>
public interface IEventSink
{
    /// <summary>Notes an event.</summary>
    void Record(KubeEvent value);
}
