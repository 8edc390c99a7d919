using Microsoft.Extensions.Logging;

namespace Tell.Tests.Smtp.Server;

/// <summary>A log that keeps its lines.</summary>
internal sealed class LineLog : ILogger
{
    public List<string> Lines { get; } = [];

    public List<Exception?> Causes { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Add(formatter(state, exception));
        Causes.Add(exception);
    }
}
