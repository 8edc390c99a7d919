using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>
/// Work on the rows of one form of NAMES that have a row DEFAULT. A change is in force when it returns, and leaves a line in the server log. What
/// is wrong names row and field, and then nothing has changed.
/// </summary>
/// <typeparam name="T">The row.</typeparam>
public abstract partial class RowsDesk<T>
    where T : class
{
    private static readonly IReadOnlyList<string> Nothing = [];

    private readonly NamesBook _book;
    private readonly FieldTable<T> _table;
    private readonly string _word, _default;
    private readonly ILogger _log;

    private protected RowsDesk(MtaContext context, NamesBook book, FieldTable<T> table, string word, string defaultName)
    {
        (Context, _book, _table, _word, _default) = (context, book, table, word, defaultName);
        _log = context.Loggers.CreateLogger("OPERATOR");
    }

    /// <summary>The name of the row that all others fall back on.</summary>
    public string DefaultName => _default;

    private protected MtaContext Context { get; }

    /// <summary>NEW: a row that there is not yet. Returns what is wrong.</summary>
    public Task<IReadOnlyList<string>> NewAsync(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation) =>
        PutAsync(name, values, exists => exists ? $"has a row already; {_word} EDIT changes it" : null, "new", cancellation);

    /// <summary>EDIT: some keys of a row; an empty value takes the key out of it. DEFAULT is always there. Returns what is wrong.</summary>
    public Task<IReadOnlyList<string>> EditAsync(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation) =>
        PutAsync(name, values, exists => exists || IsDefault(name) ? null : $"has no row; {_word} NEW makes one", "edited", cancellation);

    /// <summary>DELETE: false where there is no such row.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        if (_table.Begin(name).Record is not { } row || Find(await AllAsync(names, cancellation), _table.NameOf(row)) is not { } document)
            return false;
        await names.DeleteAsync(document.Id, cancellation);
        LogDeleted(_table.Form, _table.NameOf(row));
        return true;
    }, cancellation);

    /// <summary>CLEAR: deletes all rows, DEFAULT too. Returns how many there were.</summary>
    public Task<int> ClearAsync(CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        var documents = await AllAsync(names, cancellation);
        foreach (var document in documents)
            await names.DeleteAsync(document.Id, cancellation);
        LogCleared(_table.Form, documents.Count);
        return documents.Count;
    }, cancellation);

    /// <summary>The rows, DEFAULT first, then by name: each with the keys that it has.</summary>
    public async Task<IReadOnlyList<(string Name, IReadOnlyList<KeyValuePair<string, string>> Values)>> ListAsync(CancellationToken cancellation)
    {
        var rows = await RowsAsync(cancellation);
        return [.. rows
            .Select(row => (Name: _table.NameOf(row), Row: row))
            .OrderBy(row => !IsDefault(row.Name)).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => (row.Name, (IReadOnlyList<KeyValuePair<string, string>>)[.. Values(row.Row)]))];
    }

    /// <summary>What is in force under a name: each key, its value, and where it comes from. Null where nothing can have that name, or has it.</summary>
    public abstract Task<IReadOnlyList<(string Key, string Value, string From)>?> InForceAsync(string name, CancellationToken cancellation);

    /// <summary>All rows that can be read.</summary>
    private protected async Task<List<T>> RowsAsync(CancellationToken cancellation)
    {
        var rows = new List<T>();
        foreach (var document in await _book.ListAsync(_table.Form, cancellation))
        {
            if (_table.Read(document, []) is { } row)
                rows.Add(row);
        }
        return rows;
    }

    /// <summary>What speaks against a row that can be read, as things are; null for nothing.</summary>
    private protected virtual string? ObjectionTo(T row) => null;

    private Task<IReadOnlyList<string>> PutAsync(
        string name, IReadOnlyList<KeyValuePair<string, string>> values, Func<bool, string?> objection, string done, CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        var problems = new List<string>();
        var (row, reason) = _table.Begin(name);
        if (row is null)
            return [reason];
        var earlier = Find(await AllAsync(names, cancellation), _table.NameOf(row));
        if (objection(earlier is not null) is { } objected)
            return [$"{_table.NameOf(row)} {objected}"];
        if (earlier is not null)
            row = _table.Read(earlier, problems);
        if (row is null || _table.Change(row, values, problems) is not { } changed)
            return problems;
        if (ObjectionTo(changed) is { } impossible)
            return [$"{_table.NameOf(changed)}: {impossible}"];
        await names.PutAsync([new Document { Id = earlier?.Id ?? names.NewId(), Form = _table.Form, Items = _table.Items(changed) }], cancellation);
        LogChanged(_table.Form, _table.NameOf(changed), done, string.Join(' ', Values(changed).Select(value => $"{value.Key}={value.Value}")));
        return Nothing;
    }, cancellation);

    private IEnumerable<KeyValuePair<string, string>> Values(T row) => _table.Values(row).Select(value => KeyValuePair.Create(value.Field.Name, value.Text));

    private ValueTask<List<Document>> AllAsync(IDatabase names, CancellationToken cancellation) => names.AllAsync(_table.Form, cancellation);

    private static Document? Find(List<Document> documents, string name) =>
        documents.FirstOrDefault(document => name.Equals(document[FieldTable<T>.Name]?.Text, StringComparison.OrdinalIgnoreCase));

    private bool IsDefault(string name) => name.Equals(_default, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(1511, LogLevel.Information, "{Form} {Name} {Done}: {Values}")]
    private partial void LogChanged(string form, string name, string done, string values);

    [LoggerMessage(1512, LogLevel.Information, "{Form} {Name} deleted")]
    private partial void LogDeleted(string form, string name);

    [LoggerMessage(1513, LogLevel.Information, "{Form} documents cleared: {Rows}")]
    private partial void LogCleared(string form, int rows);
}
