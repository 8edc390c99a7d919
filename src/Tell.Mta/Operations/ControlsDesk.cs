using System.Globalization;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Outbound;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>
/// Work on the destination controls (facts: sun-cisco C3, destconfig). A change is in force when it returns, and leaves a line in the server
/// log. What is wrong names row and field, and then nothing has changed.
/// </summary>
public sealed partial class ControlsDesk
{
    private static readonly IReadOnlyList<string> Nothing = [];

    private readonly MtaContext _context;
    private readonly NamesBook _book;
    private readonly ILogger _log;

    internal ControlsDesk(MtaContext context, NamesBook book)
    {
        (_context, _book) = (context, book);
        _log = context.Loggers.CreateLogger("OPERATOR");
    }

    /// <summary>The keys that a row may have: how each is written and what it decides.</summary>
    public static IReadOnlyList<(string Key, string Form, string Sentence)> Keys { get; } = ControlFields.Table.Explained;

    /// <summary>NEW: a row that there is not yet. Returns what is wrong.</summary>
    public Task<IReadOnlyList<string>> NewAsync(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation) =>
        PutAsync(name, values, exists => exists ? "has a row already; DESTCONFIG EDIT changes it" : null, "new", cancellation);

    /// <summary>EDIT: some keys of a row; an empty value takes the key out of it. DEFAULT is always there. Returns what is wrong.</summary>
    public Task<IReadOnlyList<string>> EditAsync(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation) =>
        PutAsync(name, values, exists => exists || IsDefault(name) ? null : "has no row; DESTCONFIG NEW makes one", "edited", cancellation);

    /// <summary>DELETE: false where there is no such row.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        if (ControlFields.Table.Begin(name).Record is not { } row || Find(await AllAsync(names, cancellation), row.Name) is not { } document)
            return false;
        await names.DeleteAsync(document.Id, cancellation);
        LogDeleted(row.Name);
        return true;
    }, cancellation);

    /// <summary>CLEAR: deletes all rows, DEFAULT too, so that the settings alone count. Returns how many there were.</summary>
    public Task<int> ClearAsync(CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        var documents = await AllAsync(names, cancellation);
        foreach (var document in documents)
            await names.DeleteAsync(document.Id, cancellation);
        LogCleared(documents.Count);
        return documents.Count;
    }, cancellation);

    /// <summary>The rows, DEFAULT first, then by name: each with the keys that it has.</summary>
    public async Task<IReadOnlyList<(string Name, IReadOnlyList<KeyValuePair<string, string>> Values)>> ListAsync(CancellationToken cancellation)
    {
        var rows = await RowsAsync(cancellation);
        return [.. rows
            .OrderBy(row => !IsDefault(row.Name)).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => (row.Name, (IReadOnlyList<KeyValuePair<string, string>>)[.. Values(row)]))];
    }

    /// <summary>What is in force for a destination: each key, its value, and the row that it comes from, or "settings". Null where the name cannot be one.</summary>
    public async Task<IReadOnlyList<(string Key, string Value, string From)>?> InForceAsync(string name, CancellationToken cancellation)
    {
        if (ControlFields.Table.Begin(name).Record is not { } wanted)
            return null;
        var rows = await RowsAsync(cancellation);
        var layers = new List<(string From, DestinationControl Row)>();
        foreach (var layer in new[] { wanted.Name, DestinationControl.DefaultName }.Distinct())
        {
            if (rows.FirstOrDefault(row => row.Name == layer) is { } row)
                layers.Add((layer, row));
        }
        layers.Add(("settings", ControlFields.Of(_context.Settings)));
        return [.. ControlFields.Table.Fields.Select(field => layers
            .Select(layer => (field.Name, Value: field.Format(layer.Row)!, layer.From))
            .First(found => found.Value is not null))];
    }

    private Task<IReadOnlyList<string>> PutAsync(
        string name, IReadOnlyList<KeyValuePair<string, string>> values, Func<bool, string?> objection, string done, CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        var problems = new List<string>();
        var (row, reason) = ControlFields.Table.Begin(name);
        if (row is null)
            return [reason];
        var earlier = Find(await AllAsync(names, cancellation), row.Name);
        if (objection(earlier is not null) is { } objected)
            return [$"{row.Name} {objected}"];
        if (earlier is not null)
            row = ControlFields.Table.Read(earlier, problems);
        if (row is not null && ControlFields.Table.Change(row, values, problems) is { } changed)
        {
            await names.PutAsync([new Document { Id = earlier?.Id ?? names.NewId(), Form = Forms.DestinationControl, Items = ControlFields.Table.Items(changed) }], cancellation);
            LogChanged(changed.Name, done, string.Join(' ', Values(changed).Select(value => $"{value.Key}={value.Value}")));
            return Nothing;
        }
        return problems;
    }, cancellation);

    private async Task<List<DestinationControl>> RowsAsync(CancellationToken cancellation)
    {
        var rows = new List<DestinationControl>();
        foreach (var document in await _book.ListAsync(Forms.DestinationControl, cancellation))
        {
            if (ControlFields.Table.Read(document, []) is { } row)
                rows.Add(row);
        }
        return rows;
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(DestinationControl row) =>
        ControlFields.Table.Values(row).Select(value => KeyValuePair.Create(value.Field.Name, value.Text));

    private static ValueTask<List<Document>> AllAsync(IDatabase names, CancellationToken cancellation) => names.AllAsync(Forms.DestinationControl, cancellation);

    private static Document? Find(List<Document> documents, string name) =>
        documents.FirstOrDefault(document => document[FieldTable<DestinationControl>.Name]?.Text == name);

    private static bool IsDefault(string name) => name.Equals(DestinationControl.DefaultName, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(1511, LogLevel.Information, "destination control {Name} {Done}: {Values}")]
    private partial void LogChanged(string name, string done, string values);

    [LoggerMessage(1512, LogLevel.Information, "destination control {Name} deleted")]
    private partial void LogDeleted(string name);

    [LoggerMessage(1513, LogLevel.Information, "destination controls cleared: {Rows}")]
    private partial void LogCleared(int rows);
}
