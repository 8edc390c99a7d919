using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// What documents of one message have in common: the content with its sender and ENVID; without a content, the Message-ID of a Memo with its sender. A child has
/// what its parent has, and so it is one message with the Memos for those who are here. What happened to one message at one moment is reported together.
/// </summary>
internal readonly record struct MessageKey
{
    private readonly DeliveryAction _kind;
    private readonly Unid _document;
    private readonly long _content;
    private readonly string? _name, _envelopeId;
    private readonly Mailbox? _sender;

    private MessageKey(DeliveryAction kind, Document message)
    {
        // Delivered, relayed and expanded are told of in one report.
        _kind = kind is DeliveryAction.Failed or DeliveryAction.Delayed ? kind : DeliveryAction.Delivered;
        (_sender, _envelopeId) = (message.Envelope?.Sender, message.Envelope?.EnvelopeId);
        if (message.Content is { } content)
            _content = content.Id;
        else if (message[ItemNames.MessageId]?.Text is { Length: > 0 } id)
            _name = id;
        else
            _document = message.Id;
    }

    /// <summary>That of a message: the parent of a document where it has one, else the document.</summary>
    public static MessageKey Of(Document message, DeliveryAction action) => new(action, message);
}
