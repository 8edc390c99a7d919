using Microsoft.Extensions.Logging;

namespace Tell.Tests.Mta;

/// <summary>Keeps the lines that the tasks of a <see cref="Node"/> log: of warnings and errors, where it is not told otherwise.</summary>
internal sealed class WarningLog : ILoggerFactory, ILogger
{
    /// <summary>The lines, in order.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The least level of the lines that are kept.</summary>
    public LogLevel Least { get; set; } = LogLevel.Warning;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Lines.Add(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
