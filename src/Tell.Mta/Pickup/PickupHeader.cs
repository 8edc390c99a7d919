using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Tell.Mail;

namespace Tell.Mta.Pickup;

/// <summary>
/// The header of a message file: who sends it to whom, and the header that is sent. Recipients are those of X-Receiver lines at its top, as other pickup folders
/// have them, else of Resent-To, -cc and -bcc (RFC 5322 3.6.6), else of To, Cc and Bcc. The sender is that of X-Sender, else of Sender, else of From.
/// </summary>
internal sealed class PickupHeader
{
    private static readonly string[]
        Own = ["X-Sender", "X-Receiver"],
        Secret = ["Bcc", "Resent-Bcc"],
        Open = ["To", "Cc", "Bcc"],
        Resent = ["Resent-To", "Resent-Cc", "Resent-Bcc"];

    private readonly HeaderBlock _header;
    private readonly int _own;

    private PickupHeader(HeaderBlock header)
    {
        _header = header;
        while (_own < header.Fields.Length && Own.Any(header.Fields[_own].Is))
            _own++;
    }

    /// <summary>The reverse path; null is the null one.</summary>
    public Mailbox? Sender { get; private set; }

    /// <summary>The forward paths, each once.</summary>
    public ImmutableArray<Mailbox> Recipients { get; private set; } = [];

    /// <summary>The offset of the first octet of the body.</summary>
    public int BodyStart => _header.BodyStart;

    /// <summary>True where only SMTPUTF8 can carry it (RFC 6531): an address or the header is beyond ASCII.</summary>
    public bool NeedsSmtpUtf8 => Sender is { IsAscii: false } || Recipients.Any(mailbox => !mailbox.IsAscii) || Kept.Any(kept => !Ascii.IsValid(kept.Raw.Span));

    private IEnumerable<HeaderField> Kept => _header.Fields.Skip(_own).Where(one => !Secret.Any(one.Is));

    /// <summary>Reads the header that octets begin with, which is whole; what is wrong goes to <paramref name="problems"/>.</summary>
    public static PickupHeader? Read(ReadOnlyMemory<byte> octets, int most, List<string> problems)
    {
        var block = HeaderBlock.Read(octets, octets.Length);
        if (block.Fields.IsEmpty)
        {
            problems.Add("line 1: it does not begin with a header: expected a message (RFC 5322) such as \"From: ada@example.test\", \"To: ben@example.test\", an empty line, the text");
            return null;
        }
        // What lies behind the limit would be sent as text, with the blind copies in it.
        if (!block.IsComplete && block.BodyStart < octets.Length)
        {
            problems.Add($"the header has more than {HeaderBlock.MaxFields} fields");
            return null;
        }
        // The same holds for what a line that is no field keeps from being read as the header (RFC 5322 2.1: an empty line ends it).
        var end = block.Fields.Sum(field => field.Raw.Length);
        if (end == block.BodyStart && end < octets.Length)
        {
            var line = octets.Span[end..];
            var length = line.IndexOf((byte)'\n');
            var text = Shortened(Line.Clean(Encoding.UTF8.GetString(line[..(length < 0 ? Math.Min(line.Length, 200) : Math.Min(length, 200))]).TrimEnd('\r')).Text);
            problems.Add($"line {octets.Span[..end].Count((byte)'\n') + 1}: \"{text}\" is neither a field nor the empty line that ends the header");
            return null;
        }
        var header = new PickupHeader(block);
        header.ReadSender(problems);
        header.ReadRecipients(most, problems);
        return problems.Count == 0 ? header : null;
    }

    /// <summary>Writes the header that is sent: Message-ID and Date in front where they are missing (RFC 6409 8.2, 8.3), then the fields as they are, without blind copies.</summary>
    public void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> octets, MessageId id, DateTimeOffset now)
    {
        var added = new HeaderWriter(output);
        if (_header.Find("Message-ID") is null)
            added.Field("Message-ID", Line.From(id.Value));
        if (_header.Find("Date") is null)
            added.Field("Date", Line.From(InternetDate.Format(now)));
        foreach (var field in Kept)
            output.Write(field.Raw.Span);
        // The empty line, where there is one.
        var fields = 0;
        foreach (var field in _header.Fields)
            fields += field.Raw.Length;
        output.Write(octets[fields..BodyStart]);
    }

    private void ReadSender(List<string> problems)
    {
        var own = _header.Fields.Take(_own).Where(field => field.Is("X-Sender")).ToArray();
        var field = own.Length > 0 ? own[0] : _header.Find("Sender") ?? _header.Find("From");
        if (field is not { } named)
        {
            problems.Add("the header has no From: it names the author, to whom failures are reported");
            return;
        }
        var text = named.Text.Text;
        if (own.Length > 0 && text is "<>" or "")
            return;
        Sender = AddressList.Parse(text, 1) is [{ Mailbox: { } mailbox }, ..] ? mailbox : null;
        if (Sender is null)
            problems.Add($"field \"{named.Name}\": \"{Shortened(text)}\" is not an address: expected name@domain");
    }

    private void ReadRecipients(int most, List<string> problems)
    {
        var fields = _header.Fields.Take(_own).Where(field => field.Is("X-Receiver")).ToArray();
        if (fields.Length == 0)
            fields = NewestResent();
        if (fields.Length == 0)
            fields = [.. _header.Fields.Where(field => Open.Any(field.Is))];
        var found = new HashSet<Mailbox>();
        foreach (var field in fields)
        {
            foreach (var address in AddressList.Parse(field.Text.Text, most + 1))
            {
                if (address.Mailbox is { } mailbox)
                    found.Add(mailbox);
                else if (address.Address.Length > 0 || address.Name.Length > 0)
                    problems.Add($"field \"{field.Name}\": \"{Shortened(address.ToString())}\" is not an address: expected name@domain");
                if (problems.Count >= 20)
                    return;
            }
        }
        Recipients = [.. found];
        if (found.Count == 0 && problems.Count == 0)
            problems.Add("there is no recipient: To, Cc or Bcc in the header, or X-Receiver lines before it");
        if (found.Count > most)
            problems.Add($"it has more than {most} recipients (SMTPMTA_MaxRecipients)");
    }

    // RFC 5322 3.6.6: the newest block stands first, and no field is twice in a block.
    private HeaderField[] NewestResent()
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. _header.Fields.Where(field => field.Name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase))
                .TakeWhile(field => names.Add(field.Name))
                .Where(field => Resent.Any(field.Is)),
        ];
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "...";
}
