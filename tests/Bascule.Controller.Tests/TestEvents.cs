using Bascule.Kube.Events;

namespace Bascule.Controller.Tests;

/// <summary>Keeps events instead of sending them.</summary>
internal sealed class TestEvents : IEventSink
{
    public List<KubeEvent> Events { get; } = [];

    public IEnumerable<string> Reasons => Events.Select(e => e.Reason);

    public void Record(KubeEvent value) => Events.Add(value);
}
