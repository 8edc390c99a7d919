using System.Collections.Immutable;
using System.Text;

namespace Tell.Mail;

/// <summary>The header of a Memo, all but what its body decides. The field order and spelling are those of the original (facts: lotus 6.2); what that did not write stands where it belongs.</summary>
internal static class MessageHeader
{
    /// <summary>How many octets of ids a References field holds at most, beside the first.</summary>
    internal const int MostReferences = 4 * HeaderWriter.MaxLine;

    /// <summary>Writes it, up to and with Mime-Version.</summary>
    public static void Write(MemoMessage memo, HeaderWriter header)
    {
        header.Addresses("From", memo.From);
        if (memo.Sender is not null)
            header.Addresses("Sender", memo.Sender);
        header
            .Addresses("Reply-To", memo.ReplyTo.AsSpan())
            .Addresses("To", memo.To.AsSpan()).Addresses("cc", memo.Cc.AsSpan()).Addresses("bcc", memo.Bcc.AsSpan());
        if (!memo.MessageId.IsNone)
            header.Field("Message-ID", Line.From(memo.MessageId.Value));
        WriteThread(memo, header);
        header.Field("Date", Line.From(InternetDate.Format(memo.Date)));
        if (!memo.Subject.IsEmpty)
            header.Text("Subject", memo.Subject);
        WriteUrgency(memo, header);
        if (memo.ReceiptTo is not null)
            header.Addresses("Disposition-Notification-To", memo.ReceiptTo);
        foreach (var (name, value) in memo.MoreFields)
            header.Text(name, value);
        header.Parts("Mime-Version", "1.0");
    }

    /// <summary>
    /// The ids of References (RFC 5322 3.6.4): the thread, at its end the message that is answered. Of a thread that is too long the first,
    /// by which readers know it, and the last.
    /// </summary>
    internal static ImmutableArray<MessageId> Thread(MemoMessage memo)
    {
        var thread = memo.References.Where(IsWritten).Distinct().ToList();
        if (IsWritten(memo.InReplyTo) && !thread.Contains(memo.InReplyTo))
            thread.Add(memo.InReplyTo);
        var (kept, octets) = (thread.Count, 0);
        while (kept > 0 && (octets += thread[kept - 1].Value.Length + 1) <= MostReferences)
            kept--;
        return kept <= 1 ? [.. thread] : [thread[0], .. thread[kept..]];
    }

    private static void WriteThread(MemoMessage memo, HeaderWriter header)
    {
        if (IsWritten(memo.InReplyTo))
            header.Field("In-Reply-To", Line.From(memo.InReplyTo.Value));
        if (Thread(memo) is { IsEmpty: false } thread)
            header.Field("References", Line.From(string.Join(' ', thread)));
    }

    private static void WriteUrgency(MemoMessage memo, HeaderWriter header)
    {
        // RFC 2156 5.3.4 and 5.3.6; X-Priority is what most readers go by.
        if (memo.Importance != Importance.Normal)
        {
            var high = memo.Importance == Importance.High;
            header.Parts("Importance", high ? "high" : "low").Parts("X-Priority", high ? "1" : "5");
        }
        if (memo.Priority != Priority.Normal)
            header.Parts("Priority", memo.Priority == Priority.High ? "urgent" : "non-urgent");
    }

    // An id beyond ASCII would make a UTF-8 header of ours.
    private static bool IsWritten(MessageId id) => !id.IsNone && Ascii.IsValid(id.Value);
}
