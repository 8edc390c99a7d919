using System.Globalization;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Routing.Dns;
using Tell.Mta.Statistics;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>
/// SMTPMTA tlsrpt: keeps the results of outbound TLS sessions in the database "tlsrpt", written every five minutes and at stop (a crash loses
/// those of five minutes at the most), and after each UTC day sends them to the domains that ask for reports (RFC 8460). A report that
/// cannot be sent is tried again each hour, five times in all, and then dropped.
/// </summary>
public sealed partial class TlsReportTask(MtaContext context) : ServerTask("SMTPMTA tlsrpt", context)
{
    private const int MostAttempts = 5, OldestDays = 7;

    private static readonly TimeSpan SavePace = TimeSpan.FromMinutes(5), RetryPace = TimeSpan.FromHours(1);

    // RFC 8460 4.1: reports of all senders must not arrive at midnight sharp.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(4);

    private readonly TlsReportSender _sender = new(context);
    private readonly Dictionary<(DateOnly Day, string Domain), (int Attempts, DateTimeOffset Due)> _attempts = [];
    private readonly HashSet<(DateOnly Day, string Domain, Uri Address)> _sent = [];
    private (DateOnly Day, DateTimeOffset Due) _next;
    private bool _restored;
    private string _doing = "Idle";

    /// <inheritdoc/>
    protected override string Doing => _doing;

    private TlsReportBook Book => Context.TlsPolicies.Reports;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        var database = await Context.Data.OpenAsync("tlsrpt", stop);
        if (!_restored)
            await RestoreAsync(database, stop);
        try
        {
            while (true)
            {
                await SaveAsync(database);
                if (Context.Settings.TlsReports)
                    await ReportAsync(database, stop);
                _doing = "Idle";
                await Wake.WaitAsync(SavePace, stop);
            }
        }
        finally
        {
            await SaveAsync(database);
        }
    }

    private async ValueTask RestoreAsync(IDatabase database, CancellationToken stop)
    {
        var stored = new List<TlsTally>();
        await foreach (var document in database.DocumentsAsync(TlsTallyDocument.Form, stop))
        {
            if (TlsTallyDocument.Read(document) is { } tally)
                stored.Add(tally);
        }
        // Only when all is read: a read that fails half-way is begun again, and nothing may count twice.
        foreach (var tally in stored)
            Book.Restore(tally);
        _restored = true;
    }

    private async ValueTask SaveAsync(IDatabase database)
    {
        var changed = Book.Changed(database.NewId);
        if (changed.Count == 0)
            return;
        try
        {
            await database.PutAsync(changed, CancellationToken.None);
        }
        catch (StoreException)
        {
            Book.NotStored(changed);
            throw;
        }
    }

    private async ValueTask ReportAsync(IDatabase database, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(Context.Now.UtcDateTime);
        if (_next.Day != today)
            _next = (today, new DateTimeOffset(today.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + LongestDelay * Context.Random.NextDouble());
        if (Context.Now < _next.Due)
            return;
        var pause = Context.Now + SavePace;
        foreach (var (day, domain) in Book.Before(today))
        {
            // Slow name servers of many domains may not keep the results of today from being stored.
            if (Context.Now >= pause)
                return;
            if (_attempts.TryGetValue((day, domain), out var earlier) && Context.Now < earlier.Due)
                continue;
            _doing = $"Reporting to {domain}";
            if (today.DayNumber - day.DayNumber > OldestDays)
                LogTooOld(Log, domain, day);
            else if (await TrySendAsync(day, domain, stop) is { } trouble)
            {
                if (earlier.Attempts + 1 < MostAttempts)
                {
                    _attempts[(day, domain)] = (earlier.Attempts + 1, Context.Now + RetryPace);
                    continue;
                }
                LogDropped(Log, domain, day, trouble, MostAttempts);
            }
            await ForgetAsync(database, day, domain);
        }
    }

    private async ValueTask ForgetAsync(IDatabase database, DateOnly day, string domain)
    {
        _attempts.Remove((day, domain));
        _sent.RemoveWhere(sent => sent.Day == day && sent.Domain == domain);
        foreach (var id in Book.Remove(day, domain))
            await database.DeleteAsync(id, CancellationToken.None);
    }

    // Null where all that asked for it have it, or nobody asked; otherwise what stood in the way of the last that has not.
    private async ValueTask<string?> TrySendAsync(DateOnly day, string domain, CancellationToken stop)
    {
        var texts = await Context.Resolver.TextsAsync($"_smtp._tls.{domain}", stop);
        if (texts.Status == DnsStatus.Failed)
            return texts.Text;
        string? trouble = null;
        var report = new TlsReport(Context.HostDomain.Name, Context.Postmaster.ToString(), ReportId(day, domain), day, domain, Book.Of(day, domain));
        foreach (var address in TlsRptRecord.Addresses(texts.Records))
        {
            if (_sent.Contains((day, domain, address)))
                continue;
            if (await _sender.SendAsync(report, address, stop) is { } reason)
            {
                trouble = $"{address}: {reason}";
                continue;
            }
            _sent.Add((day, domain, address));
            Context.Gauges.Add(Stat.TlsReports);
            LogSent(Log, domain, day, address);
        }
        return trouble;
    }

    // RFC 8460 5.3: the same report has the same id however often it is sent.
    private string ReportId(DateOnly day, string domain) =>
        string.Create(CultureInfo.InvariantCulture, $"{day:yyyyMMdd}.{domain}@{Context.HostDomain.Name}");

    [LoggerMessage(1421, LogLevel.Information, "{Domain}: TLS report of {Day:yyyy-MM-dd} sent to {Address}")]
    private static partial void LogSent(ILogger log, string domain, DateOnly day, Uri address);

    [LoggerMessage(1422, LogLevel.Warning, "{Domain}: TLS report of {Day:yyyy-MM-dd} dropped after {Attempts} attempts: {Reason}")]
    private static partial void LogDropped(ILogger log, string domain, DateOnly day, string reason, int attempts);

    [LoggerMessage(1423, LogLevel.Warning, "{Domain}: TLS report of {Day:yyyy-MM-dd} dropped: it is too old to be of use")]
    private static partial void LogTooOld(ILogger log, string domain, DateOnly day);
}
