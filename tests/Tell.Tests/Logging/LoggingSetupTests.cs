using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Logging;

namespace Tell.Tests.Logging;

public sealed class LoggingSetupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tell-log").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Server => Path.Combine(_directory, "log", "tell.log");

    private static void SayAll(ILoggerFactory loggers)
    {
        foreach (var (category, name) in new[] { (LoggingSetup.StatusCategory, "status"), ("Tell.Mta.Outbound.Destination", "own"), ("Quartz.Core", "quartz") })
        {
            var logger = loggers.CreateLogger(category);
            foreach (var level in new[] { LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error })
                logger.Log(level, "{Name}-{Level}", name, level);
        }
    }

    private string[] Said() => [.. File.ReadAllLines(Server).Select(line => line[(line.LastIndexOf(' ') + 1)..])];

    [Theory]
    [InlineData(LoggingLevel.Minimal, "status-Information status-Warning status-Error own-Error quartz-Error")]
    [InlineData(LoggingLevel.Normal, "status-Information status-Warning status-Error own-Information own-Warning own-Error quartz-Warning quartz-Error")]
    [InlineData(LoggingLevel.Informational, "status-Debug status-Information status-Warning status-Error own-Debug own-Information own-Warning own-Error quartz-Warning quartz-Error")]
    [InlineData(LoggingLevel.Verbose, "status-Trace status-Debug status-Information status-Warning status-Error own-Trace own-Debug own-Information own-Warning own-Error quartz-Debug quartz-Information quartz-Warning quartz-Error")]
    public void Each_level_shows_what_it_promises_once(LoggingLevel level, string expected)
    {
        using (var setup = new LoggingSetup(_directory, level, console: false))
            SayAll(setup.Loggers);
        Assert.Equal(expected, string.Join(' ', Said()));
    }

    [Fact]
    public void The_level_changes_while_loggers_are_in_use()
    {
        using (var setup = new LoggingSetup(_directory, LoggingLevel.Minimal, console: false))
        {
            var logger = setup.Loggers.CreateLogger("Tell.Mta.Inbound");
            logger.LogInformation("one");
            Assert.False(logger.IsEnabled(LogLevel.Debug));
            setup.Level = LoggingLevel.Verbose;
            logger.LogTrace("two");
            setup.Level = LoggingLevel.Normal;
            logger.LogDebug("three");
            logger.LogInformation("four");
        }
        Assert.Equal(["two", "four"], Said());
    }

    [Fact]
    public void What_a_peer_sent_cannot_begin_a_line_or_move_the_cursor()
    {
        using (var setup = new LoggingSetup(_directory, LoggingLevel.Normal, console: false))
            setup.Loggers.CreateLogger("Tell.Mta.Inbound").LogError(new IOException("a\r\nb"), "helo {Helo}", "x\r\n2026-01-01 ERROR forged\u001b[2J \u202egpj.exe\u2028");
        var line = Assert.Single(File.ReadAllLines(Server));
        Assert.Contains("ERROR Inbound: helo x | 2026-01-01 ERROR forged\\x1b[2J \\u202egpj.exe\\u2028 | System.IO.IOException: a | b", line);
    }

    [Fact]
    public void The_transfer_log_is_a_file_of_its_own_and_two_setups_do_not_mix()
    {
        var other = Directory.CreateTempSubdirectory("tell-log").FullName;
        try
        {
            using (var one = new LoggingSetup(_directory, LoggingLevel.Minimal, console: false))
            using (var two = new LoggingSetup(other, LoggingLevel.Verbose, console: false))
            {
                var document = new Document { Id = new Unid(1, 1), Form = Forms.Memo };
                var log = one.OpenTransferLog(TimeProvider.System);
                for (var i = 0; i < 25_000; i++)
                    log.Dead(document, "first");
                two.OpenTransferLog(TimeProvider.System).Dead(document, "second {0} ${message}");
            }
            Assert.Equal(25_000, File.ReadLines(Path.Combine(_directory, "log", "transfer.log")).Count(line => line.EndsWith("\"reason\":\"first\"}", StringComparison.Ordinal)));
            Assert.EndsWith("\"reason\":\"second {0} ${message}\"}", Assert.Single(File.ReadAllLines(Path.Combine(other, "log", "transfer.log"))));
            Assert.False(File.Exists(Path.Combine(other, "log", "tell.log")) && File.ReadAllText(Path.Combine(other, "log", "tell.log")).Contains("second", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }
}
