using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// What documents of one message have in common: the parent; without one, the content with its sender and ENVID; without a content, the Message-ID of a
/// Memo with its sender. Documents of one message to which the same kind of thing happened are reported together.
/// </summary>
internal readonly record struct MessageKey
{
    private readonly DeliveryAction _kind;
    private readonly Unid _document;
    private readonly long _content;
    private readonly string? _name, _envelopeId;
    private readonly Mailbox? _sender;

    private MessageKey(DeliveryAction kind, Document document)
    {
        // Delivered, relayed and expanded are told of in one report.
        _kind = kind is DeliveryAction.Failed or DeliveryAction.Delayed ? kind : DeliveryAction.Delivered;
        if (document.Parent is { } parent)
        {
            _document = parent;
            return;
        }
        (_sender, _envelopeId) = (document.Envelope?.Sender, document.Envelope?.EnvelopeId);
        if (document.Content is { } content)
            _content = content.Id;
        else if (document[ItemNames.MessageId]?.Text is { Length: > 0 } id)
            _name = id;
        else
            _document = document.Id;
    }

    /// <summary>That of a document.</summary>
    public static MessageKey Of(Document document, DeliveryAction action) => new(action, document);
}
