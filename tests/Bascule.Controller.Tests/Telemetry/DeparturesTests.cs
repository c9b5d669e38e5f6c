using Bascule.Controller.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class DeparturesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Departures _departures;

    public DeparturesTests() => _departures = new Departures(_time);

    [Fact]
    public void Take_TellsOfEachObjectOnce_WhenItsTimeIsOver_GC14()
    {
        Note("a", gone: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        Note("b", gone: true);
        _time.Advance(Departures.Afterlife - TimeSpan.FromSeconds(1));

        Assert.Equal(["a"], Taken());
        Assert.Empty(Taken());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b"], Taken());
    }

    [Fact]
    public void Take_ObjectThatCameBackAndWentAgain_CountsFromItsLastDeparture()
    {
        Note("a", gone: true);
        _time.Advance(TimeSpan.FromSeconds(40));
        Note("a", gone: false);
        Note("a", gone: true);
        _time.Advance(TimeSpan.FromSeconds(40));

        Assert.Empty(Taken());
        _time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(["a"], Taken());
    }

    private void Note(string name, bool gone) => _departures.Note(ArgoResources.Rollouts, new("default", name), gone);

    private IEnumerable<string> Taken() => _departures.Take().Select(d => d.Key.Name);
}
