using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>What came of a return receipt.</summary>
public sealed record ReceiptResult
{
    private ReceiptResult()
    {
    }

    /// <summary>Who is told; null where nobody is.</summary>
    public Mailbox? To { get; private init; }

    /// <summary>Why not, one sentence; null where it was sent.</summary>
    public string? Refusal { get; private init; }

    /// <summary>It is in a queue.</summary>
    public static ReceiptResult Sent(Mailbox to) => new() { To = to };

    /// <summary>It was not sent.</summary>
    public static ReceiptResult Refused(string reason) => new() { Refusal = reason };
}
