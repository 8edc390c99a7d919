using Tell.Mail;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>A message that was committed; the content as Latin-1, one character an octet.</summary>
internal sealed record CaughtMail(SessionFacts Session, Envelope Envelope, string Content)
{
    public override string ToString() =>
        $"<{Envelope.Sender}> -> {string.Join(", ", Envelope.Recipients.Select(r => $"<{r.Address}>"))}";
}
