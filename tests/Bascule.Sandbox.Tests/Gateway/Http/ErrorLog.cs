using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Tests.Gateway.Http;

/// <summary>Keeps the exceptions that were logged.</summary>
internal sealed class ErrorLog : ILogger
{
    public ConcurrentQueue<Exception> Errors { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
            Errors.Enqueue(exception);
    }
}
