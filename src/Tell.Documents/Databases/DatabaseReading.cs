using System.Runtime.CompilerServices;

namespace Tell.Documents;

/// <summary>Reading a database as a whole, a page at a time.</summary>
public static class DatabaseReading
{
    private const int Page = 1000;

    /// <summary>
    /// The documents of a form (null: of all), in the order of their ids. In memory is never more than a page; what is put or deleted meanwhile may be
    /// seen or not.
    /// </summary>
    public static async IAsyncEnumerable<Document> DocumentsAsync(this IDatabase database, string? form, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Unid? after = null;
        while (true)
        {
            var page = await database.ViewAsync(form, after, Page, cancellation);
            foreach (var document in page)
                yield return document;
            if (page.Count < Page)
                yield break;
            after = page[^1].Id;
        }
    }

    /// <summary>The same at once, for forms of which there are few.</summary>
    public static async ValueTask<List<Document>> AllAsync(this IDatabase database, string? form, CancellationToken cancellation)
    {
        var all = new List<Document>();
        await foreach (var document in database.DocumentsAsync(form, cancellation))
            all.Add(document);
        return all;
    }
}
