using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Conversion;

/// <summary>
/// The fields of a header as items, all of them (facts: lotus 1.3). What Tell knows has the item that it belongs in; any other field, and a value that could not be read, is
/// text under its own name with "_" for "-". A name that means something else in a document gets "Field_" before it, so that no sender writes an item of ours.
/// </summary>
internal sealed class FieldItems
{
    /// <summary>The kinds of field that are kept, far more than any message has.</summary>
    public const int MostNames = 1000;

    /// <summary>The addresses of one field that are items of their own; INetSendTo has them all.</summary>
    public const int MostAddresses = 1000;

    private const int LongestName = 100;
    private const string Prefix = "Field_";

    // Items that a Memo has of itself (facts: lotus 1.3, 6.4), under whose names no field may stand.
    private static readonly FrozenSet<string> Ours = new[]
    {
        ItemNames.From, ItemNames.SendTo, ItemNames.CopyTo, ItemNames.BlindCopyTo, ItemNames.PostedDate, ItemNames.DeliveredDate, ItemNames.DeliveryPriority, ItemNames.Body,
        ItemNames.Recipients, ItemNames.IntendedRecipient, ItemNames.FailureReason, ItemNames.Principal, ItemNames.Importance, ItemNames.ReturnReceipt, ItemNames.DeliveryReport,
        ItemNames.MailCharset, ItemNames.HeaderCharset, ItemNames.Originator, ItemNames.INetFrom, ItemNames.INetSendTo, ItemNames.INetCopyTo, ItemNames.INetBlindCopyTo,
        "ComposedDate", "DeadFailureReason", "DeliveryDate", "Encrypt", "Form", "FromDomain", "MailFormat", "MailOptions", "MailSavedForm", "MailSaveOptions", "OriginalPath",
        "RecipientGroupsExpanded", "RouteServers", "RouteTimes", "RoutingState", "RoutingStateBy", "SaveOptions", "SecureMail", "Sign",
        ItemNames.DsnType, ItemNames.DsnRecipients, ItemNames.DsnStatus, ItemNames.DsnReason, ItemNames.DsnDate, ItemNames.EnvelopeId,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly List<(string Name, List<string> Texts)> _texts = [];
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset? _posted;
    private string? _charset;

    private FieldItems()
    {
    }

    /// <summary>How many fields have no item, because there were too many kinds of them.</summary>
    public int Dropped { get; private set; }

    /// <summary>The items, each name once, in the order in which the names appear; PostedDate comes last.</summary>
    public ImmutableArray<Item> Items { get; private init; }

    /// <summary>Reads a header.</summary>
    public static FieldItems Of(HeaderBlock header)
    {
        var reading = new FieldItems();
        foreach (var field in header.Fields)
            reading.Take(field);
        if (reading._charset is { } charset)
            reading.Add(ItemNames.HeaderCharset, charset);
        var items = ImmutableArray.CreateBuilder<Item>(reading._texts.Count + 1);
        foreach (var (name, texts) in reading._texts)
            items.Add(Item.OfText(name, [.. texts]));
        if (reading._posted is { } posted)
            items.Add(Item.OfTime(ItemNames.PostedDate, posted));
        return new FieldItems { Items = items.ToImmutable(), Dropped = reading.Dropped };
    }

    private void Take(HeaderField field)
    {
        var (name, text) = (field.Name, field.Text.Text);
        _charset ??= CharsetOf(text);
        switch (name.ToUpperInvariant())
        {
            case "FROM":
                Addresses(ItemNames.From, ItemNames.INetFrom, text);
                break;
            case "TO":
                Addresses(ItemNames.SendTo, ItemNames.INetSendTo, text);
                break;
            case "CC":
                Addresses(ItemNames.CopyTo, ItemNames.INetCopyTo, text);
                break;
            case "BCC":
                Addresses(ItemNames.BlindCopyTo, ItemNames.INetBlindCopyTo, text);
                break;
            case "REPLY-TO":
                Addresses(ItemNames.ReplyTo, null, text);
                break;
            case "DATE" when _posted is null && InternetDate.TryParse(text, out var posted):
                _posted = posted;
                break;
            case "MESSAGE-ID" when !_byName.ContainsKey(ItemNames.MessageId) && MessageId.TryParse(text, out var id):
                Add(ItemNames.MessageId, id.Value);
                break;
            case "IMPORTANCE" when !_byName.ContainsKey(ItemNames.Importance) && ImportanceOf(text) is { } importance:
                Add(ItemNames.Importance, importance);
                break;
            case "PRIORITY" when !_byName.ContainsKey(ItemNames.DeliveryPriority) && PriorityOf(text) is { } priority:
                Add(ItemNames.DeliveryPriority, priority);
                Add(name, text);
                break;
            case "DISPOSITION-NOTIFICATION-TO":
                if (!_byName.ContainsKey(ItemNames.ReturnReceipt))
                    Add(ItemNames.ReturnReceipt, "1");
                Add(Own(name), Decoded(text));
                break;
            case "X-MAILER" or "USER-AGENT":
                Add(ItemNames.Mailer, Decoded(text));
                break;
            case "REFERENCES":
                foreach (var reference in text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    Add(ItemNames.References, reference);
                break;
            default:
                Add(Own(name), Decoded(text));
                break;
        }
    }

    private void Addresses(string item, string? raw, string text)
    {
        foreach (var address in AddressList.Parse(text, MostAddresses))
        {
            if (address.ToString() is { Length: > 0 } shown && (!_byName.TryGetValue(item, out var known) || known.Count < MostAddresses))
                Add(item, shown);
        }
        if (raw is not null)
            Add(raw, text);
    }

    private void Add(string name, string text)
    {
        if (!_byName.TryGetValue(name, out var texts))
        {
            if (_texts.Count == MostNames)
            {
                Dropped++;
                return;
            }
            _byName[name] = texts = [];
            _texts.Add((name, texts));
        }
        texts.Add(text);
    }

    private static string Own(string field)
    {
        var name = field.Replace('-', '_');
        if (name.Length > LongestName)
            name = name[..LongestName];
        return name.StartsWith('$') || Ours.Contains(name) ? Prefix + name : name;
    }

    private static string Decoded(string text) => EncodedWord.Decode(text).Text;

    // RFC 2156 5.3.4; the item has the numbers of Notes.
    private static string? ImportanceOf(string text) => text.Trim().ToUpperInvariant() switch { "HIGH" => "1", "NORMAL" => "2", "LOW" => "3", _ => null };

    // RFC 2156 5.3.6.
    private static string? PriorityOf(string text) => text.Trim().ToUpperInvariant() switch { "URGENT" => "H", "NORMAL" => "N", "NON-URGENT" => "L", _ => null };

    // The charset of the first encoded word, or UTF-8 for a header of RFC 6532.
    private static string? CharsetOf(string text)
    {
        var start = text.IndexOf("=?", StringComparison.Ordinal);
        if (start >= 0)
        {
            var rest = text.AsSpan(start + 2);
            var end = rest[..Math.Min(rest.Length, 64)].IndexOfAny('?', '*');
            if (end > 0 && Charset.Find(rest[..end].ToString()) is not null)
                return rest[..end].ToString();
        }
        return Ascii.IsValid(text) ? null : "UTF-8";
    }
}
