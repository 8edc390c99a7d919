using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Tell.Commands;
using Tell.Control;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Inbound;
using Tell.Mta.Logging;

namespace Tell.Hosting;

/// <summary>
/// `tell run`: opens the stores, loads the MTA, says "ready", and runs until a signal or a QUIT. The stop is orderly and bounded: what is
/// not at rest by then is ended as a kill would end it, which loses nothing either (DESIGN 5.2).
/// </summary>
internal sealed partial class ServerProgram(CommandLine line, TextWriter output, TextWriter errors, TimeProvider time)
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(4);

    private readonly ConfigurationFile _configuration = Newcomer.Configuration(line);
    private readonly bool _newcomer = Newcomer.Applies(line);
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs; the exit status.</summary>
    /// <param name="more">Commands of the program itself.</param>
    /// <param name="terminal">Where a person types; null where nobody does.</param>
    public async Task<int> RunAsync(IReadOnlyList<Command> more, TextReader? terminal)
    {
        var reading = _configuration.Read();
        foreach (var problem in reading.Problems)
            await errors.WriteLineAsync(problem.ToString());
        if (reading.Settings is not { } settings)
            return 2;
        if (ServerCertificates.Problems(settings) is { IsEmpty: false } problems)
        {
            foreach (var problem in problems)
                await errors.WriteLineAsync($"{_configuration.Path}: SMTPMTA_TlsCertificate: {problem}");
            return 2;
        }
        using var terminate = Handle(PosixSignal.SIGTERM);
        using var interrupt = Handle(PosixSignal.SIGINT);
        using var hangup = Handle(PosixSignal.SIGHUP);
        try
        {
            return await ServeAsync(await OpenAsync(settings), more, terminal);
        }
        catch (Exception problem) when (problem is StoreException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"tell: {problem.Message}");
            return 1;
        }
    }

    // SEND and NAMES IMPORT without a server hold the directory for a moment: a start in that moment waits for them.
    private async Task<OpenedMta> OpenAsync(MtaSettings settings)
    {
        for (var looks = 1; ; looks++)
        {
            try
            {
                return await OpenedMta.OpenAsync(settings, new ConfigurationSource(_configuration), console: true, time, CancellationToken.None);
            }
            catch (StoreException taken) when (taken.Fault == StoreFault.InUse && looks < 15)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time);
            }
        }
    }

    private async Task<int> ServeAsync(OpenedMta opened, IReadOnlyList<Command> more, TextReader? terminal)
    {
        var operations = opened.Mta.Operations;
        var status = opened.Logging.Loggers.CreateLogger(LoggingSetup.StatusCategory);
        ControlServer? control = null;
        Terminal? console = null;
        var exit = 1;
        try
        {
            var table = ConsoleCommands.Table(new MtaHost(operations, _configuration, EndAsync, quitEnds: true), more);
            control = ControlServer.Open(operations.ShowServer().Directory, table, time, opened.Logging.Loggers.CreateLogger("Tell.Console"));
            await operations.LoadAsync(CancellationToken.None);
            LogReady(status, operations.ShowServer().Version, string.Join(", ", operations.ShowServer().Addresses));
            Welcome.Print(output, operations.ShowServer(), _newcomer, terminal is not null);
            if (terminal is not null)
                console = new Terminal(ConsoleCommands.Table(new MtaHost(operations, _configuration, LeaveAsync, quitEnds: false), more), terminal, output, _stop.Task, status);
            await _stop.Task;
            LogStopping(status);
            return exit = 0;
        }
        finally
        {
            await CloseAsync(opened, control, console, status, exit);
        }
    }

    // Whoever asked for the end gets the answer when all is down: the control server closes last.
    private async Task CloseAsync(OpenedMta opened, ControlServer? control, Terminal? console, ILogger status, int exit)
    {
        var closing = DownAsync();
        if (await Task.WhenAny(closing, Task.Delay(StopLimit, time)) != closing)
        {
            LogUnrest(status, StopLimit.TotalSeconds);
            Environment.Exit(exit);
        }
        await closing;

        async Task DownAsync()
        {
            if (console is not null)
                await console.DisposeAsync();
            await opened.DisposeAsync();
            // Whoever has the answer to QUIT and goes on finds nobody here, and not an MTA that is closed.
            if (control is not null)
                await control.CloseAsync();
            _closed.TrySetResult();
            if (control is not null)
                await control.DisposeAsync();
        }
    }

    private Task EndAsync(CancellationToken cancellation)
    {
        _stop.TrySetResult();
        return _closed.Task;
    }

    // The terminal is closed before the MTA: a command typed there cannot wait for the end.
    private Task LeaveAsync(CancellationToken cancellation)
    {
        _stop.TrySetResult();
        return Task.CompletedTask;
    }

    private PosixSignalRegistration Handle(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        _stop.TrySetResult();
    });

    [LoggerMessage(8020, LogLevel.Information, "Tell {Version} is ready on {Addresses}")]
    private static partial void LogReady(ILogger logger, string version, string addresses);

    [LoggerMessage(8021, LogLevel.Information, "Tell stops")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(8022, LogLevel.Warning, "Tell is not at rest after {Seconds} s and is ended as it is; nothing is lost")]
    private static partial void LogUnrest(ILogger logger, double seconds);
}
