using System.Globalization;

namespace Tell.Documents.Sqlite;

/// <summary>The statements on accounts of one connection. A row is read and written where it is needed: destinations may be many, so memory keeps none.</summary>
internal sealed class TrafficTable(Connection connection)
{
    /// <summary>The columns of the sums, in the order of <see cref="Spread"/>.</summary>
    internal static readonly string[] Sums =
    [
        .. new[] { "received", "delivered", "submitted", "attempted", "failed" }.SelectMany(event_ => new[] { event_ + "_messages", event_ + "_recipients", event_ + "_octets" }),
        "delivered_first", "queue_time", "queue_time_first",
    ];

    internal static readonly string PageSql = $"SELECT name, last, {string.Join(", ", Sums)} FROM traffic WHERE kind = ?1 AND name > ?2 ORDER BY name LIMIT ?3";

    private static readonly string FirstPageSql = PageSql.Replace(" AND name > ?2", "", StringComparison.Ordinal);

    private readonly Statement _add = connection.Prepare(
        $"INSERT INTO traffic(kind, name, last, {string.Join(", ", Sums)}) VALUES(?1, ?2, ?3, {string.Join(", ", Sums.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"?{i + 4}")))}) "
        + $"ON CONFLICT(kind, name) DO UPDATE SET last = excluded.last, {string.Join(", ", Sums.Select(sum => $"{sum} = {sum} + excluded.{sum}"))}");
    private readonly Statement _page = connection.Prepare(PageSql);
    private readonly Statement _firstPage = connection.Prepare(FirstPageSql);
    private readonly Statement _deleteOld = connection.Prepare("DELETE FROM traffic WHERE kind = ?1 AND name = ?2 AND last < ?3");

    /// <summary>Adds to an account; it begins where there is none.</summary>
    public void Add(TrafficKind kind, string name, in Traffic change, long last)
    {
        Span<long> sums = stackalloc long[Sums.Length];
        Spread(change, sums);
        _add.Bind(1, (long)kind).Bind(2, name).Bind(3, last);
        for (var i = 0; i < sums.Length; i++)
            _add.Bind(i + 4, sums[i]);
        _add.Run();
    }

    /// <summary>Accounts in the order of their names, after that name (null: from the first), at most so many, each with the time of its last change.</summary>
    public List<(string Name, long Last, Traffic Traffic)> Page(TrafficKind kind, string? after, int most)
    {
        var page = after is null ? _firstPage : _page.Bind(2, after);
        using var rows = page.Bind(1, (long)kind).Bind(3, most).Read();
        var found = new List<(string, long, Traffic)>();
        while (page.Step())
            found.Add((page.Text(0), page.Long(1), Gather(page, 2)));
        return found;
    }

    /// <summary>Deletes an account that did not change since; false where it did, or is not there.</summary>
    public bool DeleteOld(TrafficKind kind, string name, long since)
    {
        _deleteOld.Bind(1, (long)kind).Bind(2, name).Bind(3, since).Run();
        return connection.Changes > 0;
    }

    private static void Spread(in Traffic traffic, Span<long> sums)
    {
        Spread(traffic.Received, sums);
        Spread(traffic.Delivered, sums[3..]);
        Spread(traffic.Submitted, sums[6..]);
        Spread(traffic.Attempted, sums[9..]);
        Spread(traffic.Failed, sums[12..]);
        sums[15] = traffic.DeliveredFirst;
        sums[16] = traffic.QueueTime;
        sums[17] = traffic.QueueTimeFirst;
    }

    private static void Spread(Amount amount, Span<long> sums) => (sums[0], sums[1], sums[2]) = (amount.Messages, amount.Recipients, amount.Octets);

    private static Traffic Gather(Statement row, int at) => new()
    {
        Received = Amount(row, at),
        Delivered = Amount(row, at + 3),
        Submitted = Amount(row, at + 6),
        Attempted = Amount(row, at + 9),
        Failed = Amount(row, at + 12),
        DeliveredFirst = row.Long(at + 15),
        QueueTime = row.Long(at + 16),
        QueueTimeFirst = row.Long(at + 17),
    };

    private static Amount Amount(Statement row, int at) => new(row.Long(at), row.Long(at + 1), row.Long(at + 2));
}
