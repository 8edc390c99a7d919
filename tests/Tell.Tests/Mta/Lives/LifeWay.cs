using Tell.Documents;
using Tell.Mta.LocalDelivery;

namespace Tell.Tests.Mta.Lives;

/// <summary>Somebody whom a document is for, and by which groups and people who send mail on it came there: those it does not pass again.</summary>
/// <param name="Address">The recipient of the document.</param>
/// <param name="Passed">The addresses on the way; the recipient itself where the document is the part that somebody who sends mail on keeps.</param>
internal sealed record LifeWay(string Address, IReadOnlyList<string> Passed)
{
    /// <summary>True for the part that somebody who sends mail on keeps.</summary>
    public bool IsKept => Passed.Contains(Address);

    /// <summary>The ways of a document, one for each recipient.</summary>
    public static IReadOnlyList<LifeWay> Of(Document document)
    {
        var trails = document.Queue == WorkQueue.MailBox ? Parts.TrailsOf(document) : [];
        return [.. document.Envelope!.Recipients.Select((recipient, i) => new LifeWay(recipient.Address.ToString(), i < trails.Length ? [.. trails[i].Addresses] : []))];
    }
}
