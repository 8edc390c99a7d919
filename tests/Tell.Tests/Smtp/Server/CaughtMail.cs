using System.Globalization;
using Tell.Mail;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>A message that was committed; the content as Latin-1, one character an octet.</summary>
internal sealed record CaughtMail(SessionFacts Session, Envelope Envelope, string Content)
{
    /// <summary>The envelope on a line, with what it says beyond the addresses and SMTPUTF8.</summary>
    public override string ToString()
    {
        var words = new List<string> { $"<{Envelope.Sender}>" };
        Add(words, "BODY", Envelope.Body == BodyType.BinaryMime ? Envelope.Body : null);
        Add(words, "RET", Envelope.Return == ReturnContent.Unspecified ? null : Envelope.Return);
        Add(words, "ENVID", Envelope.EnvelopeId);
        Add(words, "REQUIRETLS", Envelope.RequireTls ? true : null);
        Add(words, "MT-PRIORITY", Envelope.MtPriority);
        Add(words, Envelope.DeliverByReturns ? "RETURN-AFTER" : "NOTIFY-AFTER", Envelope.DeliverBy?.ToString("s"));
        Add(words, "TRACE", Envelope.DeliverByTrace ? true : null);
        Add(words, "NOT-BEFORE", Envelope.NotBefore?.ToString("s"));
        return $"{string.Join(' ', words)} -> {string.Join(", ", Envelope.Recipients.Select(Recipient))}";
    }

    private static string Recipient(Recipient recipient)
    {
        var words = new List<string> { $"<{recipient.Address}>" };
        Add(words, "NOTIFY", recipient.Notify == Notify.Unspecified ? null : recipient.Notify);
        Add(words, "ORCPT", recipient.OriginalRecipient);
        return string.Join(' ', words);
    }

    private static void Add(List<string> words, string name, object? value)
    {
        if (value is not null)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
    }
}
