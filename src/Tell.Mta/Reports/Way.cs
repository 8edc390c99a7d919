using System.Collections.Immutable;
using System.Globalization;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// The way of a message through this MTA and to the next hop (facts: lotus 7.3, trace entire path): who had it when, oldest first, as lines for people and as the
/// items RouteServers and RouteTimes. Bounded, whatever the number of documents and attempts.
/// </summary>
internal sealed class Way
{
    private const int MostDocuments = 20, MostAttempts = 10;

    private readonly record struct Step(DateTimeOffset Time, string Server, string Text);

    private readonly ImmutableArray<Step> _steps;

    private Way(ImmutableArray<Step> steps) => _steps = steps;

    /// <summary>One line for each step: time, server, what it did.</summary>
    public ImmutableArray<string> Lines =>
        [.. _steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {step.Server} {step.Text}"))];

    /// <summary>RouteServers and RouteTimes: one value for each step.</summary>
    public IEnumerable<Item> Items =>
        [Item.OfText(ItemNames.RouteServers, [.. _steps.Select(step => step.Server)]), Item.OfTime(ItemNames.RouteTimes, [.. _steps.Select(step => step.Time)])];

    /// <summary>The way of documents of one message.</summary>
    /// <param name="source">The message: the parent where there is one.</param>
    /// <param name="documents">The documents, with their attempts.</param>
    /// <param name="host">Our name.</param>
    public static Way Of(Document source, IEnumerable<Document> documents, Domain host)
    {
        var steps = new List<Step> { new(source.AgeFrom, host.Name, $"accepted ({source.Envelope?.Submission.Protocol})") };
        foreach (var document in documents.Take(MostDocuments))
        {
            var attempts = document.Attempts.TakeLast(MostAttempts).ToArray();
            if (document.Parent is not null)
                steps.Add(new(attempts is [var first, ..] && first.Time < document.AgeFrom ? first.Time : document.AgeFrom, host.Name, "SMTPMTA omsgcnv"));
            steps.AddRange(attempts.Select(attempt => Of(attempt, host)));
            if (document.Queue == WorkQueue.MailBox && attempts.Length == 0)
                steps.Add(new(document.Created, host.Name, "ROUTER"));
        }
        return new Way([.. steps.Distinct().OrderBy(step => step.Time)]);
    }

    // What a peer said is one line and goes into texts only.
    private static Step Of(Attempt attempt, Domain host)
    {
        if (attempt.Host is null && attempt.Address is null)
            return new(attempt.Time, host.Name, Line.Clean($"ROUTER: {attempt.Phase} {attempt.Text}").Text);
        var tls = attempt.Tls is null ? "" : $" ({attempt.Tls})";
        return new(attempt.Time, Line.Clean(attempt.Host ?? attempt.Address!).Text, Line.Clean($"SMTPMTA osesctl: [{attempt.Address}] {attempt.Phase}: {attempt.Text}{tls}").Text);
    }
}
