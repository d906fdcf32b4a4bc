using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>Keeps what the server logs as errors.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _errors = new();

    public void AssertEmpty() => Assert.True(_errors.IsEmpty, string.Join('\n', _errors));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _errors.Enqueue(formatter(state, exception) + exception);
        }
    }

    public void Dispose()
    {
    }
}
