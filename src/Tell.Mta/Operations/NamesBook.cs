using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>
/// NAMES as operators change it: one change at a time, so that what a change has looked up still holds when it writes, and in force when
/// the change returns.
/// </summary>
/// <param name="context">What the tasks of the MTA share.</param>
/// <param name="changed">Told after each change.</param>
internal sealed class NamesBook(MtaContext context, Action changed)
{
    private readonly SemaphoreSlim _changes = new(1, 1);

    /// <summary>What the tasks of the MTA share.</summary>
    public MtaContext Context => context;

    /// <summary>NAMES, to be read.</summary>
    public ValueTask<IDatabase> OpenAsync(CancellationToken cancellation) => context.Data.OpenAsync("names", cancellation);

    /// <summary>All documents of a form.</summary>
    public async Task<IReadOnlyList<Document>> ListAsync(string form, CancellationToken cancellation) =>
        await (await OpenAsync(cancellation)).AllAsync(form, cancellation);

    /// <summary>Makes a change.</summary>
    public async Task<T> ChangeAsync<T>(Func<IDatabase, Task<T>> change, CancellationToken cancellation)
    {
        var names = await OpenAsync(cancellation);
        await _changes.WaitAsync(CancellationToken.None);
        T result;
        try
        {
            result = await change(names);
        }
        finally
        {
            _changes.Release();
        }
        await context.Controls.RefreshAsync(cancellation);
        await context.Connections.RefreshAsync(cancellation);
        changed();
        return result;
    }
}
