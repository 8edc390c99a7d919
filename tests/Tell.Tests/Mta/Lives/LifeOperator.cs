using Tell.Documents;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// An operator with a name who does things at random: deletes what is dead, releases those on hold, makes mail due, starts housekeeping. What it removed it
/// writes down before. One class, so that a wider desk changes this and nothing else.
/// </summary>
internal sealed class LifeOperator(LifeStory story, Random random)
{
    /// <summary>What it removed: of each document its text and its recipients; where it was interrupted it may be there still.</summary>
    public List<(Document Document, string Message, IReadOnlyList<string> Recipients, bool Certain)> Removed { get; } = [];

    public async Task ActAsync(Node node, string name)
    {
        try
        {
            switch (random.Next(4))
            {
                case 0 when Dead(node) is [_, ..] dead:
                    await DeleteAsync(node, name, dead[random.Next(dead.Count)]);
                    break;
                case 1:
                    story.Tell($"the operator releases at {name} what is on hold");
                    await node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
                    break;
                case 2:
                    story.Tell($"the operator says delivernow at {name}");
                    await node.Operations.DeliverNowAsync(null, CancellationToken.None);
                    break;
                default:
                    story.Tell($"the operator has {name} read its configuration again");
                    await node.Operations.RefreshAsync(CancellationToken.None);
                    break;
            }
        }
        catch (Exception refused) when (refused is StoreException or ObjectDisposedException)
        {
            story.Tell($"the operator is told: {refused.Message}");
        }
    }

    private static IReadOnlyList<Document> Dead(Node node) => node.View(new QueueView { State = DocumentState.Dead });

    private async Task DeleteAsync(Node node, string name, Document document)
    {
        var text = await LifeText.OfAsync(node, document);
        IReadOnlyList<string> recipients = [.. document.Envelope!.Recipients.Select(recipient => recipient.Address.ToString())];
        var at = Removed.Count;
        Removed.Add((document, text, recipients, false));
        if (await node.Operations.Queues.DeleteAsync(Tell.Mta.Operations.QueueSelection.Of(document.Id), "ann", CancellationToken.None) is { Done: 1 })
        {
            story.Tell($"the operator deletes at {name} {LifeMail.TokenOf(text)} for {string.Join(", ", recipients)}");
            Removed[at] = (document, text, recipients, true);
        }
        else
        {
            Removed.RemoveAt(at);
        }
    }
}
