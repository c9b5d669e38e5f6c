using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Bascule.Cli.Output;

/// <summary>Writes log lines for people: the time, the level when it matters, who speaks, what is said.</summary>
/// <param name="output">Where lines go.</param>
/// <param name="time">Stamps them.</param>
internal sealed class LineLogger(TextWriter output, TimeProvider time) : ILoggerProvider
{
    /// <summary>Keeps lines whole.</summary>
    private readonly Lock _lock = new();

    /// <summary>A factory that writes lines.</summary>
    /// <param name="output">Where lines go.</param>
    /// <param name="time">Stamps them.</param>
    /// <param name="verbose">Also say what was looked at and found in order.</param>
    public static ILoggerFactory Factory(TextWriter output, TimeProvider time, bool verbose)
    {
        var rules = new LoggerFilterOptions { MinLevel = verbose ? LogLevel.Debug : LogLevel.Information };
        rules.Rules.Add(new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null));
        return new LoggerFactory([new LineLogger(output, time)], rules);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            output.Flush();
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var stamp = time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var word = level switch
        {
            LogLevel.Critical or LogLevel.Error => "error ",
            LogLevel.Warning => "warning ",
            LogLevel.Information or LogLevel.Debug or LogLevel.Trace or LogLevel.None => "",
        };
        lock (_lock)
        {
            output.WriteLine($"{stamp} {word}{category}: {message}");
            if (exception is not null)
                output.WriteLine($"  {exception}");
        }
    }

    private sealed class Category(LineLogger owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(logLevel, name, formatter(state, exception), exception);
    }
}
