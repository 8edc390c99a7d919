using Microsoft.Extensions.Logging;
using Tell.Documents.Sqlite;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Files;
using Tell.Mta.Logging;
using Tell.Mta.Schedules;
using Tell.Mta.Web;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Hosting;

/// <summary>An MTA on this machine's disk, network and clock, with its logs. Disposing closes all in order: tasks, stores, logs.</summary>
internal sealed class OpenedMta : IAsyncDisposable
{
    private readonly SqliteDataDirectory _data;
    private readonly DiskFiles _files;

    private OpenedMta(TellMta mta, SqliteDataDirectory data, DiskFiles files, LoggingSetup logging) => (Mta, _data, _files, Logging) = (mta, data, files, logging);

    /// <summary>The MTA, not loaded yet.</summary>
    public TellMta Mta { get; }

    /// <summary>The logs.</summary>
    public LoggingSetup Logging { get; }

    /// <summary>Opens the data directory, which is made where it does not exist. Nothing is written before it is ours.</summary>
    /// <exception cref="Documents.StoreException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<OpenedMta> OpenAsync(MtaSettings settings, ISettingsSource source, bool console, TimeProvider time, CancellationToken cancellation)
    {
        var logging = new LoggingSetup(settings.Directory, settings.LogLevel, console);
        try
        {
            var data = await SqliteDataDirectory.OpenAsync(settings.Directory, time, new UnpredictableRandom(), logging.Loggers.CreateLogger("Tell.Store"), cancellation);
            KeepPrivate(Path.Combine(settings.Directory, "log"));
            var files = new DiskFiles();
            var environment = new MtaEnvironment
            {
                Data = data,
                Network = new SocketNetwork(time, logging.Loggers.CreateLogger("Tell.Network")),
                Tls = new SslTls(time),
                Web = context => new HttpsClient(context),
                Files = files,
                Time = time,
                Loggers = logging.Loggers,
                Transfers = logging.OpenTransferLog(time),
                Nightly = new QuartzDailySchedule($"housekeeping of {settings.Directory}", time, logging.Loggers),
            };
            var mta = new TellMta(environment, settings, source);
            mta.Controller.Refreshed = fresh => logging.Level = fresh.LogLevel;
            return new OpenedMta(mta, data, files, logging);
        }
        catch
        {
            logging.Dispose();
            throw;
        }
    }

    // The logs name who writes to whom; the directory above may be one that others can read.
    private static void KeepPrivate(string log)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(log, owner);
        File.SetUnixFileMode(log, owner);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Mta.DisposeAsync();
        _files.Dispose();
        await _data.DisposeAsync();
        Logging.Dispose();
    }
}
