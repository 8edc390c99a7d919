using System.Text;
using Microsoft.Extensions.Logging;
using NLog.Config;
using NLog.Extensions.Logging;
using NLog.Layouts;
using NLog.Targets;
using NLog.Targets.Wrappers;
using Tell.Mta.Configuration;
using NLogLevel = NLog.LogLevel;

namespace Tell.Mta.Logging;

/// <summary>
/// The logs of one running MTA: the server log on standard error and in log/tell.log, and the transfer log in log/transfer.log, both
/// below the data directory. Files are kept open, written by a thread of their own and rolled by size and day. Disposing writes out
/// what waits. A full disk or a stuck terminal costs log lines, never mail; only a disk that hangs makes callers
/// wait, when 20,000 lines wait already.
/// </summary>
public sealed class LoggingSetup : IDisposable
{
    /// <summary>Events of this category at Information or above are mandatory status: every level shows them.</summary>
    public const string StatusCategory = "Tell.Status";

    private const string TransferLogger = "transfer";
    private const long RollAbove = 100L << 20;
    private const int KeptFiles = 14;

    // Libraries say at Information what to an operator of mail is detail.
    private static readonly string[] Libraries = ["Quartz*", "Microsoft*", "System*"];

    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(1);

    private readonly NLog.LogFactory _nlog = new();
    private readonly LoggingRule _status = new(), _others = new();
    private readonly LoggingRule[] _libraries;
    private LoggingLevel _level;

    /// <summary>Opens the logs. Nothing is written, and no directory made, before the first line.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="level">How much the server log says.</param>
    /// <param name="console">True to write the server log to standard error too. Standard output is never written.</param>
    public LoggingSetup(string directory, LoggingLevel level, bool console)
    {
        var log = Path.Combine(directory, "log");
        var configuration = new LoggingConfiguration(_nlog);
        var transfer = Async("transfer", File(log, "transfer", OnWriter(entry => entry.Message)), AsyncTargetWrapperOverflowAction.Block);
        configuration.LoggingRules.Add(new LoggingRule(TransferLogger, NLogLevel.Info, NLogLevel.Info, transfer) { Final = true });
        var targets = new List<Target> { Async("file", File(log, "tell", OnWriter(ServerLine.ForFile)), AsyncTargetWrapperOverflowAction.Block) };
        // A terminal that somebody stopped with Ctrl-S must not stop the mail.
        if (console)
        {
            var error = new StandardError();
            targets.Add(Async("console", new MethodCallTarget("stderr", (entry, _) => error.WriteLine(ServerLine.ForConsole(entry))), AsyncTargetWrapperOverflowAction.Discard));
        }
        _libraries = [.. Libraries.Select(pattern => new LoggingRule { LoggerNamePattern = pattern })];
        (_status.LoggerNamePattern, _status.Final, _others.LoggerNamePattern) = (StatusCategory, true, "*");
        foreach (var rule in (LoggingRule[])[_status, .. _libraries, _others])
        {
            foreach (var target in targets)
                rule.Targets.Add(target);
            configuration.LoggingRules.Add(rule);
        }
        _nlog.Configuration = configuration;
        _level = level;
        Apply();
        Loggers = new LoggerFactory(
            [new NLogLoggerProvider(new NLogProviderOptions { RemoveLoggerFactoryFilter = true }, _nlog)],
            new LoggerFilterOptions { MinLevel = LogLevel.Trace });
    }

    /// <summary>Where loggers come from.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>How much the server log says; may be changed at any time.</summary>
    public LoggingLevel Level
    {
        get => _level;
        set
        {
            if (value == _level)
                return;
            _level = value;
            Apply();
        }
    }

    /// <summary>The transfer log, on the clock that its times come from.</summary>
    public TransferLog OpenTransferLog(TimeProvider time)
    {
        var logger = _nlog.GetLogger(TransferLogger);
        return new TransferLog(time, line => logger.Log(new NLog.LogEventInfo(NLogLevel.Info, TransferLogger, line)));
    }

    /// <summary>Writes out what waits, at most a second long, and closes the files.</summary>
    public void Dispose()
    {
        Loggers.Dispose();
        _nlog.Flush(FlushLimit);
        _nlog.Shutdown();
    }

    // The rules are changed in place: a new configuration would close and open the files.
    private void Apply()
    {
        var least = Least(_level);
        _status.SetLoggingLevels(least < NLogLevel.Info ? least : NLogLevel.Info, NLogLevel.Fatal);
        _others.SetLoggingLevels(least, NLogLevel.Fatal);
        foreach (var rule in _libraries)
            rule.FinalMinLevel = _level switch { LoggingLevel.Minimal => NLogLevel.Error, LoggingLevel.Verbose => NLogLevel.Debug, _ => NLogLevel.Warn };
        _nlog.ReconfigExistingLoggers();
    }

    private static NLogLevel Least(LoggingLevel level) => level switch
    {
        LoggingLevel.Minimal => NLogLevel.Error,
        LoggingLevel.Normal => NLogLevel.Info,
        LoggingLevel.Informational => NLogLevel.Debug,
        LoggingLevel.Verbose => NLogLevel.Trace,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };

    // Lines are put together by the thread that writes them, not by the one that logs.
    private static Layout OnWriter(Func<NLog.LogEventInfo, object> line) => Layout.FromMethod(line, LayoutRenderOptions.ThreadAgnostic);

    private static FileTarget File(string directory, string name, Layout layout) => new(name)
    {
        FileName = Path.Combine(directory, name + ".log"),
        Layout = layout,
        Encoding = new UTF8Encoding(false),
        LineEnding = LineEndingMode.LF,
        KeepFileOpen = true,
        AutoFlush = true,
        ArchiveAboveSize = RollAbove,
        ArchiveEvery = FileArchivePeriod.Day,
        MaxArchiveFiles = KeptFiles,
    };

    // The wrapper looks ten times a second whether there is anything to write, also where nothing happens; so each look takes many.
    private static AsyncTargetWrapper Async(string name, Target inner, AsyncTargetWrapperOverflowAction whenFull) => new(name, inner)
    {
        QueueLimit = 20_000,
        OverflowAction = whenFull,
        BatchSize = 1000,
        TimeToSleepBetweenBatches = 100,
    };
}
