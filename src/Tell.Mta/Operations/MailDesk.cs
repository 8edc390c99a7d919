using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>A look into mail files.</summary>
public sealed class MailDesk
{
    private readonly MtaContext _context;

    internal MailDesk(MtaContext context) => _context = context;

    /// <summary>The users who have a mail file.</summary>
    public IReadOnlyList<string> Users() => [.. _context.Data.List("mail/").Select(name => name["mail/".Length..])];

    /// <summary>The newest documents of a mail file, oldest first; null where there is no such mail file.</summary>
    public async Task<IReadOnlyList<Document>?> ListAsync(string user, int most, CancellationToken cancellation)
    {
        if (await OpenAsync(user, cancellation) is not { } file)
            return null;
        var newest = new Queue<Document>();
        Unid? after = null;
        while (true)
        {
            var page = await file.ViewAsync(null, after, 1000, cancellation);
            foreach (var document in page)
            {
                newest.Enqueue(document);
                if (newest.Count > most)
                    newest.Dequeue();
            }
            if (page.Count < 1000)
                return [.. newest];
            after = page[^1].Id;
        }
    }

    /// <summary>The raw octets of a document's content, written as they come; false where there is no such document or it has none.</summary>
    public async Task<bool> ReadAsync(string user, Unid id, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        if (await OpenAsync(user, cancellation) is not { } file || await file.GetAsync(id, cancellation) is not { Content: { } content })
            return false;
        await foreach (var piece in file.ReadContentAsync(content, cancellation))
            await write(piece);
        return true;
    }

    private async ValueTask<IDatabase?> OpenAsync(string user, CancellationToken cancellation)
    {
        var name = $"mail/{user.ToLowerInvariant()}";
        return _context.Data.List("mail/").Contains(name) ? await _context.Data.OpenAsync(name, cancellation) : null;
    }
}
