using System.Net;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// Judges a life when all is at rest, by what can be seen from outside: what peers got, what mail files hold, what reports say, what an operator removed, and what
/// still stands Dead or Held. Every recipient of every accepted message has exactly one end.
/// </summary>
internal sealed class LifeJudge(LifeStory story, LifeBook book, IReadOnlyList<Node> nodes, IReadOnlyList<LifePeer> peers, LifeOperator desk,
    LifeSightings sightings)
{
    private readonly List<LifeReport> _reports = [];
    private readonly List<LifeStop> _stopped = [];
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, in sentences; empty where nothing is.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(IReadOnlyList<LifeMail> sent)
    {
        await CollectAsync();
        foreach (var report in _reports.Where(report => report.Token.Length == 0))
            _faults.Add($"a report about nothing that was sent: {string.Join(", ", report.Recipients)}");
        foreach (var report in _reports.Where(report => report.OnReport))
            _faults.Add($"a report on a report, about {report.Token}");
        foreach (var mail in sent.Concat(Redirected(sent)))
        {
            var ways = new Dictionary<string, int>();
            foreach (var recipient in mail.Recipients)
            {
                foreach (var (end, count) in book.Reach(recipient.Address.ToString()))
                    ways[end] = ways.GetValueOrDefault(end) + count;
            }
            foreach (var end in ways.Keys)
                Judge(mail, end, ways.Where(way => Same(way.Key, end)).Sum(way => way.Value));
            JudgeSuccess(mail, ways);
            JudgeDelays(mail, ways);
        }
        JudgeNames(sent);
        JudgeActs();
        foreach (var node in nodes)
            await JudgeNumbersAsync(node);
        return _faults;
    }

    private async Task CollectAsync()
    {
        // A way is for those who are here (facts: lotus 7.3): who is elsewhere never gets one.
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
                Stop(document, await LifeText.OfAsync(node, document), LifeWay.Of(document), $"{document.State} in {document.Queue}: {document.Reason}", true, Filed(node, document));
            }
        }
        foreach (var (document, message, ways, certain) in desk.Removed)
            Stop(document, message, ways, "removed by the operator", certain, []);
        JudgeCopies();
        var known = new HashSet<string>();
        _reports.RemoveAll(report => !known.Add(report.Id));
        foreach (var report in _reports.OrderBy(report => report.Date))
            story.Tell($"in the end: {(report.IsTrace ? "a Trace Report" : "a report")} of {report.Host} at {report.Date:T} on {report.Token}: {string.Join(", ", report.Recipients)}");
    }

    // Two copies of a report need a reason as two of a message do; into a mail file it comes once, whatever happens.
    private void JudgeCopies()
    {
        foreach (var copies in peers.SelectMany(peer => peer.Mail).Where(mail => LifeReport.Of(mail.Message) is not null).GroupBy(mail => LifeReport.Of(mail.Message)!.Id))
        {
            if (copies.Count() > 1 + copies.Count(copy => copy.Lost) + story.Crashes + story.Unsettled)
                _faults.Add($"{copies.Count()} copies of the report {copies.Key}");
        }
        foreach (var file in nodes.SelectMany(node => new[] { "ada", "bob" }.Select(user => (Node: node, User: user))))
        {
            foreach (var copies in file.Node.MailFile(file.User).Where(document => Forms.IsReport(document.Form) && document.Content is not null).GroupBy(document => LifeReport.Of(file.Node.Read(file.User, document))?.Id))
            {
                if (copies.Count() > 1)
                    _faults.Add($"{copies.Count()} copies of the report {copies.Key} are filed for {file.User}");
            }
        }
    }

    // Of a Memo without octets a report returns nothing: then the item says which document it is about.
    private LifeReport? About(Document document, string text)
    {
        if (LifeReport.Of(text) is not { } report)
            return null;
        report = report with { IsTrace = document.Form == Forms.TraceReport };
        return report.Token.Length == 0 && document[ItemNames.Correlation]?.Text is { } id && sightings.TokenOf(id) is { } token ? report with { Token = token } : report;
    }

    // A report that stopped has told what it tells to whoever looks at it.
    private void Stop(Document document, string text, IReadOnlyList<LifeWay> ways, string where, bool certain, IReadOnlyList<string> filed)
    {
        if (About(document, text) is { } report)
            _reports.Add(report);
        else
            _stopped.Add(new LifeStop(LifeMail.TokenOf(text), ways, where, certain, filed));
    }

    // Those whom a document was filed for before it stopped: it was filed, the store failed, and an operator was faster than the next try. Where it goes on, it
    // is not filed for them again.
    private static IReadOnlyList<string> Filed(Node node, Document document) =>
    [
        .. node.Log.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("fact").GetString() == "filed" && line.GetProperty("unid").GetString() == document.Id.ToString())
            .SelectMany(line => line.GetProperty("to").EnumerateArray().Select(to => to.GetString()!)),
    ];

    private void Judge(LifeMail mail, string end, int ways)
    {
        var taken = Copies(mail, end).Count();
        var home = book.HomeOf(end);
        var filed = home < 0 ? 0 : nodes[home].MailFile(end[..end.IndexOf('@')]).Count(document => !Forms.IsReport(document.Form) && document[ItemNames.Subject]?.Text == mail.Token);
        var failed = _reports.Count(report => report.Token == mail.Token && report.Recipients.Any(one => one.Action == "failed" && Reaches(one.Recipient, end, sightings.OnlyKeptFailed(mail.Token, one.Recipient) ? [one.Recipient] : [])));
        var stopped = Stops(mail, end).ToList();
        var sure = taken + filed + failed + stopped.Count(stop => stop.Certain && !stop.Filed.Any(filed => Same(filed, end)));
        var ends = $"{mail.Token} for {end}: taken by peers {taken}, filed {filed}, reported failed {failed}, stopped {stopped.Count} ({string.Join("; ", stopped.Select(stop => stop.Where))})";
        var wishes = mail.Recipients.Where(recipient => Reaches(recipient.Address.ToString(), end, [])).Select(recipient => recipient.Notify).ToList();
        var quiet = wishes.Any(IsQuiet);
        if (sure == 0 && stopped.Count == 0 && mail.Certain && !quiet)
            _faults.Add($"no end: {ends}");
        if (sure > ways + story.Excuses(mail.Token, end))
            _faults.Add($"more ends than {ways} ways and {story.Excuses(mail.Token, end)} excuses: {ends}");
        if (failed > 0 && wishes.All(IsQuiet) && mail.Recipients.Any(recipient => recipient.Address.ToString() == end))
            _faults.Add($"reported although nobody wanted to know: {ends}");
        if (mail.Sender is null && failed > 0)
            _faults.Add($"reported to nobody: {ends}");
        if (mail.Sender is not null && stopped.Any(stop => stop.Where.StartsWith("Dead", StringComparison.Ordinal)))
            _faults.Add($"dead: {ends}");
    }

    // A newcomer has the wish of the one who gave way. What has gone round elsewhere came back as any message does: its way is traced no further.
    private IEnumerable<LifeMail> Redirected(IReadOnlyList<LifeMail> sent) =>
        from one in desk.Redirected
        let mail = sent.FirstOrDefault(mail => mail.Token == one.Token)
        where mail is not null
        select mail with { Recipients = [one.Recipient], Certain = mail.Certain && one.Certain, TracedBy = mail.TracedBy == one.Node && !Named(one.Recipient).Any(IsWend) ? one.Node : -1 };

    // For those who are written to by their own address: what groups and forwarding make of a wish is told of elsewhere.
    private void JudgeSuccess(LifeMail mail, IReadOnlyDictionary<string, int> ways)
    {
        foreach (var recipient in mail.Recipients.Where(recipient => (recipient.Notify.HasFlag(Notify.Success) || IsTimed(mail, recipient)) && book.IsEnd(recipient.Address.ToString())))
        {
            var success = recipient.Notify.HasFlag(Notify.Success);
            var address = recipient.Address.ToString();
            var home = book.HomeOf(address);
            var taker = peers.FirstOrDefault(peer => peer.Domain == recipient.Address.Domain);
            var copies = taker?.Mail.Where(copy => LifeMail.TokenOf(copy.Message) == mail.Token && copy.Envelope.Sender is not null && copy.Envelope.Recipients.Any(one => Same(one.Address.ToString(), address))).ToList();
            var got = taker is null ? nodes[home].MailFile(recipient.Address.LocalPart).Any(document => document[ItemNames.Subject]?.Text == mail.Token && !Forms.IsReport(document.Form)) : copies!.Count > 0;
            // Who wants the way hears of it from the own node, also where the next hop answers from here on; and then from that hop what becomes of it.
            var traced = mail.TracedBy >= 0;
            var handed = taker is null && home != mail.TracedBy ? sightings.Received(home, mail.Token, address) : got;
            // Where we only take it that a host has it, nobody else has said that it answers.
            var assumed = copies is null ? 0 : copies.Count(copy => copy.Lost && nodes.Any(node => node.Address.Equals(copy.From) && node.Source.Settings.InDoubt == InDoubtPolicy.Delivered));
            // Nor for its time, which every peer keeps (RFC 2852 4.1.4.2).
            var told = got && mail.Sender is not null && (traced ? taker is null && home != mail.TracedBy : assumed > 0 || (success && taker is not { Dsn: true }));
            var sure = (success && taker is not { Dsn: true }) || assumed == copies?.Count;
            JudgeTold(mail, recipient, ways[address], got, told, sure, [.. Told(mail, recipient, "delivered", "relayed").Where(report => !report.IsTrace)], "report");
            JudgeTold(mail, recipient, ways[address], handed, traced && handed, true, [.. Told(mail, recipient, "delivered", "relayed").Where(report => report.IsTrace)], "Trace Report");
            foreach (var report in About(mail, address, "delivered", "relayed").Where(report => report.IsTrace && (!traced || report.Host != nodes[mail.TracedBy].Source.Settings.HostName)))
                _faults.Add($"a Trace Report on {mail.Token} for {address} is from {report.Host}");
            // Over a group it may have got there too: whose members have no such wish.
            var without = success && taker is { Dsn: true } ? copies!.Count(copy => !copy.Envelope.Recipients.First(one => Same(one.Address.ToString(), address)).Notify.HasFlag(Notify.Success)) : 0;
            if (without > (ways[address] == 1 ? 0 : ways[address] - 1 + story.Excuses(mail.Token, address)))
                _faults.Add($"{mail.Token} for {address} went to a host that knows DSN, and its wish did not");
        }
    }

    // Success is told by the name of somebody whom the sender wrote to and wants to hear of, and of each end behind it once.
    private void JudgeNames(IReadOnlyList<LifeMail> sent)
    {
        var told = _reports.SelectMany(report => report.Recipients.Where(one => one.Action is "delivered" or "relayed").Select(one => (report.Token, report.IsTrace, Name: one.Original ?? one.Recipient, one.Recipient, one.Action)));
        foreach (var one in told.GroupBy(one => (one.Token, one.IsTrace, one.Name, one.Recipient)))
        {
            var relayed = one.All(report => report.Action == "relayed");
            var (token, isTrace, name, end) = one.Key;
            var mail = sent.Concat(Redirected(sent)).Where(mail => mail.Token == token && mail.Recipients.Any(recipient => Named(recipient).Any(given => Same(given, name)) && (recipient.Notify.HasFlag(Notify.Success) || (relayed && IsTimed(mail, recipient))))).ToList();
            if (mail.Count == 0)
                _faults.Add($"{token} for {end} is told of as delivered or relayed for {name}, which nobody wanted");
            // Who only sends on is told of by who hands it there.
            var ways = mail.SelectMany(mail => mail.Recipients).Where(recipient => Named(recipient).Any(given => Same(given, name)))
                .Sum(recipient => book.Reach(recipient.Address.ToString()).Where(reached => Same(reached.Key, end)).Sum(reached => reached.Value))
                + (Same(name, end) && !book.IsEnd(name) ? 1 : 0);
            if (one.Count() > ways + story.Excuses(token, end))
                _faults.Add($"{token} for {end} is told of {one.Count()} times by {(isTrace ? "a Trace Report" : "a report")} as delivered or relayed for {name}, and there are {ways} ways and {story.Excuses(token, end)} excuses");
        }
    }

    // Less only where we never heard that it got there, or that was another way, and it has another end or nobody wants to hear of one; more only where there are more ways or an excuse.
    private void JudgeTold(LifeMail mail, Recipient recipient, int ways, bool got, bool wanted, bool sure, IReadOnlyList<LifeReport> told, string what)
    {
        var address = recipient.Address.ToString();
        var excuses = got ? story.Excuses(mail.Token, address) : 0;
        var otherwise = (excuses > 0 || ways > 1) && (IsQuiet(recipient.Notify) || About(mail, address, "failed").Any() || Stops(mail, address).Any());
        if (told.Count < (wanted && sure && !otherwise ? 1 : 0) || told.Count > (wanted ? ways + excuses : 0))
            _faults.Add($"{mail.Token} for {address} is told of {told.Count} times by a {what} as delivered or relayed, and that was {(wanted ? "wanted once" : "not wanted")}");
    }

    // At most one warning for each age (facts: lotus 7.4) that a copy of the message comes to at a node, and none when it has come to its end.
    private void JudgeDelays(LifeMail mail, IReadOnlyDictionary<string, int> ways)
    {
        foreach (var end in ways.Keys)
        {
            for (var at = 0; at < nodes.Count; at++)
            {
                var settings = nodes[at].Source.Settings;
                var warnings = About(mail, end, "delayed").Where(report => report.Host == settings.HostName).ToList();
                // What is submitted is one document, whatever happens, until it is somewhere else.
                var excuses = nodes.Count == 1 && mail.IsSubmitted ? 0 : story.Excuses(mail.Token, end);
                var begun = (ways.Where(way => Same(way.Key, end)).Sum(way => way.Value) + excuses) * (1 + desk.Releases.GetValueOrDefault(at));
                var ages = settings.DelayWarningAfter.Length + (mail.HasDeadline ? 1 : 0);
                if (warnings.Count > ages * begun)
                    _faults.Add($"{mail.Token} for {end} is told of {warnings.Count} times as delayed by {settings.HostName}, for {ages} ages and {begun} beginnings");
                if (begun > 1 || warnings.Count == 0 || story.Excuses(mail.Token, end) > 0)
                    continue;
                var ended = About(mail, end, "failed").Where(report => report.Host == settings.HostName).Select(report => report.Date).Concat(Copies(mail, end).Select(copy => copy.Time)).ToList();
                if (ended.Count > 0 && warnings.Max(report => report.Date) > ended.Min())
                    _faults.Add($"{mail.Token} for {end} is told of as delayed at {warnings.Max(report => report.Date):T} and has ended at {ended.Min():T}");
                if (mail.Recipients.All(recipient => recipient.Notify != Notify.Unspecified && !recipient.Notify.HasFlag(Notify.Delay)))
                    _faults.Add($"{mail.Token} for {end} is told of as delayed, and nobody wanted to know");
            }
        }
    }

    // What was done to documents stands in the transfer log with whoever did it, and nobody else did anything.
    private void JudgeActs()
    {
        for (var at = 0; at < nodes.Count; at++)
        {
            var acts = desk.Acts.Where(act => act.Node == at).Select(act => (act.Fact, Id: act.Document.ToString(), act.By, act.Certain)).ToList();
            var lines = nodes[at].Log.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("by", out var by) && by.ValueKind == JsonValueKind.String && by.GetString() is "ann" or "ben")
                .Select(line => (Fact: line.GetProperty("fact").GetString()!, Id: line.GetProperty("unid").GetString()!, By: line.GetProperty("by").GetString()!)).ToList();
            foreach (var act in acts.Where(act => act.Certain))
            {
                if (!lines.Remove((act.Fact, act.Id, act.By)))
                    _faults.Add($"{act.Id} was {act.Fact} by {act.By}, and the log of {nodes[at].Source.Settings.HostName} does not say so");
            }
            foreach (var line in lines.Where(line => !acts.Any(act => !act.Certain && (act.Fact, act.Id, act.By) == line)))
                _faults.Add($"the log of {nodes[at].Source.Settings.HostName} says that {line.Id} was {line.Fact} by {line.By}, and it was not");
        }
    }

    private IEnumerable<LifeReport> About(LifeMail mail, string address, params string[] actions) =>
        _reports.Where(report => report.Token == mail.Token && report.Recipients.Any(one => Same(one.Recipient, address) && actions.Contains(one.Action)));

    // Of one whom the sender wrote to: who was reached by way of another is told of by the other's name (RFC 3461 5.2.7.2).
    private IEnumerable<LifeReport> Told(LifeMail mail, Recipient recipient, params string[] actions) => _reports.Where(report => report.Token == mail.Token
        && report.Recipients.Any(one => Same(one.Recipient, recipient.Address.ToString()) && actions.Contains(one.Action) && Named(recipient).Any(name => Same(one.Original ?? one.Recipient, name))));

    private static string[] Named(Recipient recipient) => recipient.OriginalRecipient is { } original ? [recipient.Address.ToString(), original["rfc822;".Length..]] : [recipient.Address.ToString()];

    private IEnumerable<LifeStop> Stops(LifeMail mail, string end) =>
        _stopped.Where(stop => stop.Token == mail.Token && stop.Ways.Any(way => Reaches(way.Address, end, way.Passed)));

    private IEnumerable<(Envelope Envelope, string Message, DateTimeOffset Time, IPAddress From, bool Lost)> Copies(LifeMail mail, string end) => peers.SelectMany(peer => peer.Mail)
        .Where(copy => copy.Envelope.Sender is not null == (mail.Sender is not null) && LifeReport.Of(copy.Message) is null
            && LifeMail.TokenOf(copy.Message) == mail.Token && copy.Envelope.Recipients.Any(recipient => Same(recipient.Address.ToString(), end)));

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

    // Who is nobody's end yet stands for all ends that lie behind; what somebody keeps, for itself.
    private bool Reaches(string recipient, string end, IEnumerable<string> passed) => book.Reach(recipient, passed).Keys.Any(reached => Same(reached, end));

    private static bool IsTimed(LifeMail mail, Recipient recipient) => mail.HasDeadline && recipient.Notify != Notify.Never;

    private static bool IsQuiet(Notify notify) => notify != Notify.Unspecified && !notify.HasFlag(Notify.Failure);

    private static bool Same(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (IsWend(one) && IsWend(other)) || (IsRing(one) && IsRing(other) && one[4..].Equals(other[4..], StringComparison.OrdinalIgnoreCase));

    // It stops wherever it has come round.
    private static bool IsWend(string address) => address.StartsWith("wend@", StringComparison.OrdinalIgnoreCase);

    private static bool IsRing(string address) => address.StartsWith("ring@", StringComparison.OrdinalIgnoreCase) || address.StartsWith("rong@", StringComparison.OrdinalIgnoreCase);
}
