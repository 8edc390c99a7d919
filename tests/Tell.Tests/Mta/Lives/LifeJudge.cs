using Tell.Documents;
using Tell.Mail;
using Tell.Mta;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// Judges a life when all is at rest, by what can be seen from outside: what peers got, what mail files hold, what reports say, what an operator removed, and what
/// still stands Dead or Held. Every recipient of every accepted message has exactly one end.
/// </summary>
internal sealed class LifeJudge(LifeStory story, LifeBook book, IReadOnlyList<Node> nodes, IReadOnlyList<LifePeer> peers, LifeOperator desk,
    IReadOnlyDictionary<Unid, string> tokens)
{
    private readonly List<LifeReport> _reports = [];
    private readonly List<(string Token, IReadOnlyList<string> Recipients, string Where, bool Certain)> _stopped = [];
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, in sentences; empty where nothing is.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(IReadOnlyList<LifeMail> sent)
    {
        await CollectAsync();
        foreach (var report in _reports.Where(report => report.Token.Length == 0))
            _faults.Add($"a report about nothing that was sent: {string.Join(", ", report.Recipients)}");
        foreach (var report in _reports.Where(report => report.OnReport))
            _faults.Add($"a report on a report, about {report.Token}");
        foreach (var mail in sent)
        {
            var ways = new Dictionary<string, int>();
            foreach (var recipient in mail.Recipients)
            {
                foreach (var (end, count) in book.Reach(recipient.Address.ToString()))
                    ways[end] = ways.GetValueOrDefault(end) + count;
            }
            foreach (var (end, count) in ways)
                Judge(mail, end, count);
            if (LifeExpectations.SuccessIsTold)
                JudgeSuccess(mail);
        }
        foreach (var node in nodes)
            await JudgeNumbersAsync(node);
        return _faults;
    }

    private async Task CollectAsync()
    {
        foreach (var peer in peers)
            _reports.AddRange(peer.Mail.Select(mail => LifeReport.Of(mail.Message)).OfType<LifeReport>());
        foreach (var node in nodes)
        {
            foreach (var user in new[] { "ada", "bob", "hold", "full", "fwd0", "fwd1" })
                _reports.AddRange(node.MailFile(user).Where(document => document.Content is not null).Select(document => About(document, node.Read(user, document))).OfType<LifeReport>());
            foreach (var document in node.View(new QueueView { Limit = 10_000 }))
            {
                // A parent stands for its children, which are here themselves.
                if (document.Children > 0)
                    continue;
                Stop(document, await LifeText.OfAsync(node, document), [.. document.Envelope!.Recipients.Select(recipient => recipient.Address.ToString())], $"{document.State} in {document.Queue}: {document.Reason}", true);
            }
        }
        foreach (var (document, message, recipients, certain) in desk.Removed)
            Stop(document, message, recipients, "removed by the operator", certain);
        var known = new HashSet<string>();
        _reports.RemoveAll(report => !known.Add(report.Id));
    }

    // Of a Memo without octets a report returns nothing: then the item says which document it is about.
    private LifeReport? About(Document document, string text)
    {
        var report = LifeReport.Of(text);
        return report is { Token: "" } && document[ItemNames.Correlation]?.Text is { } id && tokens.FirstOrDefault(token => token.Key.ToString() == id).Value is { } token
            ? report with { Token = token }
            : report;
    }

    // A report that stopped has told what it tells to whoever looks at it.
    private void Stop(Document document, string text, IReadOnlyList<string> recipients, string where, bool certain)
    {
        if (About(document, text) is { } report)
            _reports.Add(report);
        else
            _stopped.Add((LifeMail.TokenOf(text), recipients, where, certain));
    }

    private void Judge(LifeMail mail, string end, int ways)
    {
        var taken = peers.Sum(peer => peer.Mail.Count(copy => copy.Envelope.Sender is not null == (mail.Sender is not null) && LifeReport.Of(copy.Message) is null
            && LifeMail.TokenOf(copy.Message) == mail.Token && copy.Envelope.Recipients.Any(recipient => Same(recipient.Address.ToString(), end))));
        var home = book.HomeOf(end);
        var filed = home < 0 ? 0 : nodes[home].MailFile(end[..end.IndexOf('@')]).Count(document => !Forms.IsReport(document.Form) && document[ItemNames.Subject]?.Text == mail.Token);
        var failed = _reports.Count(report => report.Token == mail.Token && report.Recipients.Any(one => Same(one.Recipient, end) && one.Action == "failed"));
        var stopped = _stopped.Where(stop => stop.Token == mail.Token && stop.Recipients.Any(recipient => book.Reach(recipient).Keys.Any(reached => Same(reached, end)))).ToList();
        var sure = taken + filed + failed + stopped.Count(stop => stop.Certain);
        var ends = $"{mail.Token} for {end}: taken by peers {taken}, filed {filed}, reported failed {failed}, stopped {stopped.Count} ({string.Join("; ", stopped.Select(stop => stop.Where))})";
        var wishes = mail.Recipients.Where(recipient => book.Reach(recipient.Address.ToString()).ContainsKey(end)).Select(recipient => recipient.Notify).ToList();
        var quiet = wishes.Any(IsQuiet);
        if (sure == 0 && stopped.Count == 0 && mail.Certain && !(LifeExpectations.NotifyIsObeyed && (quiet || mail.Sender is null)))
            _faults.Add($"no end: {ends}");
        if (sure > ways + story.Excuses(mail.Token, end))
            _faults.Add($"more ends than {ways} ways and {story.Excuses(mail.Token, end)} excuses: {ends}");
        if (LifeExpectations.NotifyIsObeyed && failed > 0 && wishes.All(IsQuiet) && mail.Recipients.Any(recipient => recipient.Address.ToString() == end))
            _faults.Add($"reported although nobody wanted to know: {ends}");
        if (mail.Sender is null && failed > 0)
            _faults.Add($"reported to nobody: {ends}");
        if (LifeExpectations.OnlyReportsDie && mail.Sender is not null && stopped.Any(stop => stop.Where.StartsWith("Dead", StringComparison.Ordinal)))
            _faults.Add($"dead: {ends}");
    }

    // For those who are written to by their own address: what groups and forwarding make of a wish is told of elsewhere.
    private void JudgeSuccess(LifeMail mail)
    {
        foreach (var recipient in mail.Recipients.Where(recipient => recipient.Notify.HasFlag(Notify.Success) && book.IsEnd(recipient.Address.ToString())))
        {
            var address = recipient.Address.ToString();
            var told = _reports.Count(report => report.Token == mail.Token && report.Recipients.Any(one => Same(one.Recipient, address) && one.Action is "delivered" or "relayed"));
            var taker = peers.FirstOrDefault(peer => peer.Domain == recipient.Address.Domain);
            var copies = taker?.Mail.Where(copy => LifeMail.TokenOf(copy.Message) == mail.Token && copy.Envelope.Sender is not null && copy.Envelope.Recipients.Any(one => Same(one.Address.ToString(), address))).ToList();
            var got = taker is null ? nodes[book.HomeOf(address)].MailFile(recipient.Address.LocalPart).Any(document => document[ItemNames.Subject]?.Text == mail.Token && !Forms.IsReport(document.Form)) : copies!.Count > 0;
            var wanted = got && mail.Sender is not null && taker is not { Dsn: true } ? 1 : 0;
            if (told < wanted || told > wanted + (got ? story.Excuses(mail.Token, address) : 0))
                _faults.Add($"{mail.Token} for {address} is told of {told} times as delivered or relayed, and should be {wanted} times");
            if (taker is { Dsn: true } && copies!.Any(copy => !copy.Envelope.Recipients.First(one => Same(one.Address.ToString(), address)).Notify.HasFlag(Notify.Success)))
                _faults.Add($"{mail.Token} for {address} went to a host that knows DSN, and its wish did not");
        }
    }

    private async Task JudgeNumbersAsync(Node node)
    {
        var numbers = await node.Operations.Statistics.ShowAsync("MTA", CancellationToken.None);
        foreach (var number in numbers.Where(number => number.Value < 0))
            _faults.Add($"{number.Name} is {number.Value}");
        long Of(string name) => numbers.Where(number => number.Name == name).Sum(number => number.Value);
        // A crash may come between the transaction and the line in the log: never the other way round.
        foreach (var (name, fact) in new[] { (Tell.Mta.Statistics.Stat.Received, "received"), (Tell.Mta.Statistics.Stat.Duplicates, "duplicate") })
        {
            var lines = node.Facts.Count(one => one == fact);
            if (Math.Abs(Of(name) - lines) > story.Crashes + story.Unsettled)
                _faults.Add($"{name} is {Of(name)} and the log has {lines} such lines");
        }
    }

    private static bool IsQuiet(Notify notify) => notify != Notify.Unspecified && !notify.HasFlag(Notify.Failure);

    private static bool Same(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (IsRing(one) && IsRing(other) && one[4..].Equals(other[4..], StringComparison.OrdinalIgnoreCase));

    private static bool IsRing(string address) => address.StartsWith("ring@", StringComparison.OrdinalIgnoreCase) || address.StartsWith("rong@", StringComparison.OrdinalIgnoreCase);
}
