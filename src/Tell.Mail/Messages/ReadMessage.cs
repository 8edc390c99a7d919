using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>What a message says to its reader, but for its files. What is missing is null or empty; nothing here is checked by anyone.</summary>
public sealed record ReadMessage
{
    /// <summary>The header, as it came.</summary>
    public required HeaderBlock Header { get; init; }

    /// <summary>The subject, decoded; null for none.</summary>
    public string? Subject => Header.Find("Subject") is { } subject ? EncodedWord.Decode(subject.Text.Text).Text : null;

    /// <summary>The author; of several the first; null for none.</summary>
    public ListedAddress? From => Addresses("From").FirstOrDefault(address => address.Address.Length + address.Name.Length > 0);

    /// <summary>To.</summary>
    public ImmutableArray<ListedAddress> To => Addresses("To");

    /// <summary>Cc.</summary>
    public ImmutableArray<ListedAddress> Cc => Addresses("Cc");

    /// <summary>Date; null where there is none or it is no date.</summary>
    public DateTimeOffset? Date => Header.Find("Date") is { } date && InternetDate.TryParse(date.Text.Text, out var time) ? time : null;

    /// <summary>Message-ID; none where there is none.</summary>
    public MessageId MessageId => Header.Find("Message-ID") is { } id && MessageId.TryParse(id.Text.Text, out var parsed) ? parsed : default;

    /// <summary>The first text/plain that is no attachment, decoded, with its lines as they were written; line ends are LF. A multipart whose parts cannot be found counts as text/plain; a
    /// winmail.dat gives the text and the HTML of a message that has neither. Null for none.</summary>
    public string? Text { get; init; }

    /// <summary>All text, as a person should see it: texts that follow the first after it, soft line breaks joined (RFC 3676), uuencoded files taken out; line ends are LF. Null for none.</summary>
    public string? Body { get; init; }

    /// <summary>The HTML, decoded; line ends are LF. Null for none.</summary>
    public string? Html { get; init; }

    /// <summary>The charset that the text, or else the HTML, was read in; null where there is neither.</summary>
    public string? Charset { get; init; }

    private ImmutableArray<ListedAddress> Addresses(string field, int most = 1000) =>
        Header.Find(field) is { } found ? AddressList.Parse(found.Text.Text, most) : [];
}
