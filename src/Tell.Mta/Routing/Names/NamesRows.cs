using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The records of one form of NAMES, as they stood when they were last read: a snapshot that costs nothing to look at. A document that
/// cannot be read is logged and left out; the others count.
/// </summary>
internal sealed partial class NamesRows<T>(MtaContext context, FieldTable<T> table)
    where T : class
{
    private sealed record Reading(long Version, ImmutableArray<T> Rows);

    private readonly ILogger _log = context.Loggers.CreateLogger("NAMES");
    private readonly Lock _gate = new();
    private volatile Reading? _reading;
    private IDatabase? _names;

    /// <summary>The records, by name; none before the first refresh. A new array means that something may have changed.</summary>
    public ImmutableArray<T> Current => _reading?.Rows ?? [];

    /// <summary>Reads them again where NAMES has changed; else completes at once.</summary>
    /// <exception cref="StoreException">NAMES cannot be read; the snapshot stays.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        var names = _names ??= await context.Data.OpenAsync("names", cancellation);
        var version = names.Version;
        if (_reading?.Version == version)
            return;
        var rows = new List<T>();
        var problems = new List<string>();
        foreach (var document in await names.AllAsync(table.Form, cancellation))
        {
            if (table.Read(document, problems) is { } row)
                rows.Add(row);
        }
        foreach (var problem in problems)
            LogUnreadable(table.Form, problem);
        var reading = new Reading(version, [.. rows.OrderBy(table.NameOf, StringComparer.OrdinalIgnoreCase)]);
        lock (_gate)
        {
            if (_reading is null || _reading.Version <= version)
                _reading = reading;
        }
    }

    [LoggerMessage(1501, LogLevel.Error, "A {Form} document of NAMES is left out: {Problem}")]
    private partial void LogUnreadable(string form, string problem);
}
