using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Inbound;

/// <summary>The items that a Memo made of an Internet message has of its header (facts: lotus 6.4). The octets stay the truth.</summary>
internal static class HeaderItems
{
    private const int MostNames = 1000;

    /// <summary>From, SendTo, CopyTo, Subject, PostedDate and $MessageID, where the header has them.</summary>
    public static ImmutableArray<Item> Read(ReadOnlyMemory<byte> message)
    {
        var header = HeaderBlock.Read(message);
        var items = ImmutableArray.CreateBuilder<Item>(6);
        AddNames(ItemNames.From, "From");
        AddNames(ItemNames.SendTo, "To");
        AddNames(ItemNames.CopyTo, "Cc");
        if (header.Find("Subject") is { } subject)
            items.Add(Item.OfText(ItemNames.Subject, EncodedWord.Decode(subject.Text.Text).Text));
        if (header.Find("Date") is { } date && InternetDate.TryParse(date.Text.Text, out var posted))
            items.Add(Item.OfTime(ItemNames.PostedDate, posted));
        if (header.Find("Message-ID") is { } id && MessageId.TryParse(id.Text.Text, out var parsed))
            items.Add(Item.OfText(ItemNames.MessageId, parsed.Value));
        return items.ToImmutable();

        void AddNames(string item, string field)
        {
            if (header.Find(field) is { } found)
                items.Add(Item.OfText(item, [.. Names(EncodedWord.Decode(found.Text.Text).Text).Take(MostNames)]));
        }
    }

    // Splits at commas outside quotes and angle brackets; what each part means is for readers of the octets.
    private static IEnumerable<string> Names(string list)
    {
        var (start, quoted, depth) = (0, false, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && !quoted && depth == 0))
            {
                var name = list[start..i].Trim();
                if (name.Length > 0)
                    yield return name;
                start = i + 1;
            }
            else if (list[i] == '"' && (i == 0 || list[i - 1] != '\\'))
            {
                quoted = !quoted;
            }
            else if (!quoted)
            {
                depth += list[i] == '<' ? 1 : list[i] == '>' && depth > 0 ? -1 : 0;
            }
        }
    }
}
