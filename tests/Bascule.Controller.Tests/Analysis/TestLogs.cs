using Bascule.Controller.Analysis;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>Everything that was logged, whatever its level.</summary>
internal sealed class TestLogs : ILogger<AnalysisRunReconciler>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{formatter(state, exception)} {exception}");
}
