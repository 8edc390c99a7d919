using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// Operators with names who do things at random: delete, hold, release, return and edit documents, release those on hold, make mail due, keep house. What is removed
/// that way is written down before. One class, so that a wider desk changes this and nothing else.
/// </summary>
internal sealed class LifeOperator(LifeStory story, Random random)
{
    private int _newcomers;

    /// <summary>What was removed: of each document its text and its ways; where it was interrupted it may be there still.</summary>
    public List<(Document Document, string Message, IReadOnlyList<LifeWay> Ways, bool Certain)> Removed { get; } = [];

    /// <summary>Whom a message goes to instead of somebody, from a node on.</summary>
    public List<(string Token, int Node, Recipient Recipient, bool Certain)> Redirected { get; } = [];

    /// <summary>What was done to a document, by whom, in the words of the transfer log.</summary>
    public List<(int Node, string Fact, Unid Document, string By, bool Certain)> Acts { get; } = [];

    /// <summary>How often something was released at a node: then its age begins anew.</summary>
    public Dictionary<int, int> Releases { get; } = [];

    public async Task ActAsync(Node node, int at, string name, IReadOnlyList<LifePeer> peers)
    {
        var by = random.Next(2) == 0 ? "ann" : "ben";
        try
        {
            switch (random.Next(10))
            {
                case 0 when Stopped(node) is [_, ..] stopped:
                    await DeleteAsync(node, at, by, Any(stopped));
                    break;
                case 1:
                    story.Tell($"{by} releases at {name} what is on hold");
                    Releases[at] = Releases.GetValueOrDefault(at) + 1;
                    await node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
                    break;
                case 2:
                    story.Tell($"{by} says delivernow at {name}");
                    await node.Operations.DeliverNowAsync(null, CancellationToken.None);
                    break;
                case 3:
                    story.Tell($"{by} has {name} keep house");
                    await node.Operations.HousekeepAsync(CancellationToken.None);
                    break;
                case 4 when Waiting(node) is [_, ..] waiting:
                    await DoAsync("held", at, by, Any(waiting), (selection, who) => node.Operations.Queues.HoldAsync(selection, who, "Let me see", CancellationToken.None));
                    break;
                case 5 or 6 when Stopped(node) is [_, ..] stopped:
                    Releases[at] = Releases.GetValueOrDefault(at) + 1;
                    await DoAsync("released", at, by, Any(stopped), (selection, who) => node.Operations.Queues.ReleaseAsync(selection, who, CancellationToken.None));
                    break;
                case 7 when (IReadOnlyList<Document>)[.. Stopped(node), .. Waiting(node)] is [_, ..] some:
                    await DoAsync("returned", at, by, Any(some), (selection, who) => node.Operations.Queues.ReturnAsync(selection, who, "Not wanted here", CancellationToken.None));
                    break;
                case 8 when Stopped(node) is [_, ..] stopped:
                    await RedirectAsync(node, at, by, Any(stopped), peers);
                    break;
                default:
                    story.Tell($"{by} has {name} read its configuration again");
                    await node.Operations.RefreshAsync(CancellationToken.None);
                    break;
            }
        }
        catch (Exception refused) when (refused is StoreException or ObjectDisposedException)
        {
            story.Tell($"{by} is told: {refused.Message}");
        }
    }

    private static IReadOnlyList<Document> Stopped(Node node) => [.. node.View(new QueueView()).Where(document => document.State is DocumentState.Dead or DocumentState.Held)];

    private static IReadOnlyList<Document> Waiting(Node node) => [.. node.View(new QueueView()).Where(document => document.State is DocumentState.Pending or DocumentState.Failure)];

    private Document Any(IReadOnlyList<Document> documents) => documents[random.Next(documents.Count)];

    // Written down before it is done, and again when it is known: whoever does it may be interrupted.
    private async Task<bool> DoAsync(string fact, int at, string by, Document document, Func<QueueSelection, string, Task<QueueWork>> act)
    {
        var index = Acts.Count;
        Acts.Add((at, fact, document.Id, by, false));
        var done = await act(QueueSelection.Of(document.Id), by) is { Done: 1 };
        Acts[index] = (at, done ? fact : "nothing", document.Id, by, done);
        if (done)
            story.Tell($"n{at}.test: {fact} by {by}: {document.Id} in {document.Queue} for {string.Join(", ", document.Envelope!.Recipients.Select(recipient => recipient.Address))}");
        return done;
    }

    private async Task DeleteAsync(Node node, int at, string by, Document document)
    {
        var text = await LifeText.OfAsync(node, document);
        var ways = LifeWay.Of(document);
        var index = Removed.Count;
        Removed.Add((document, text, ways, false));
        var done = await DoAsync("deleted", at, by, document, (selection, who) => node.Operations.Queues.DeleteAsync(selection, who, CancellationToken.None));
        Removed[index] = (document, text, done ? ways : [], done);
    }

    // One recipient gives way to somebody whom nobody else writes to.
    private async Task RedirectAsync(Node node, int at, string by, Document document, IReadOnlyList<LifePeer> peers)
    {
        var text = await LifeText.OfAsync(node, document);
        var which = random.Next(document.Envelope!.Recipients.Length);
        var (old, way) = (document.Envelope.Recipients[which], LifeWay.Of(document)[which]);
        if (LifeReport.Of(text) is not null)
            return;
        var now = old with { OriginalRecipient = old.OriginalRecipient ?? $"rfc822;{old.Address}", Address = Mailbox.Parse($"ok{++_newcomers + 9}@{peers[random.Next(peers.Count)].Domain.Name}") };
        var (removed, redirected, acted) = (Removed.Count, Redirected.Count, Acts.Count);
        Removed.Add((document, text, [way], false));
        Redirected.Add((LifeMail.TokenOf(text), at, now, false));
        Acts.Add((at, "edited", document.Id, by, false));
        var refused = await node.Operations.Queues.EditAsync(document.Id, new EnvelopeEdit { Replaced = [(old.Address, now.Address)] }, by, CancellationToken.None);
        story.Tell($"n{at}.test: edited by {by}: {document.Id}, {old.Address} becomes {now.Address}: {refused ?? "done"}");
        Removed[removed] = (document, text, refused is null ? [way] : [], refused is null);
        Redirected[redirected] = (LifeMail.TokenOf(text), at, now, refused is null);
        Acts[acted] = (at, refused is null ? "edited" : "nothing", document.Id, by, refused is null);
    }
}
