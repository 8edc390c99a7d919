using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>Reading of NAMES as a whole.</summary>
internal static class NamesDatabase
{
    private const int Page = 1000;

    /// <summary>All documents of a form, in the order of their ids.</summary>
    public static async ValueTask<List<Document>> AllAsync(this IDatabase names, string form, CancellationToken cancellation)
    {
        var all = new List<Document>();
        while (true)
        {
            var page = await names.ViewAsync(form, all.Count > 0 ? all[^1].Id : null, Page, cancellation);
            all.AddRange(page);
            if (page.Count < Page)
                return all;
        }
    }
}
