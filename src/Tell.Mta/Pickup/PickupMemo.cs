using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Mta.Pickup;

/// <summary>A Memo as a JSON file says it: addresses are still what was written, Internet addresses or names.</summary>
internal sealed record PickupMemo
{
    /// <summary>The author.</summary>
    public string From { get; set; } = "";

    /// <summary>On whose behalf; null for nobody else.</summary>
    public string? Principal { get; set; }

    /// <summary>The recipients.</summary>
    public List<string> To { get; } = [];

    /// <summary>The copies.</summary>
    public List<string> Cc { get; } = [];

    /// <summary>The blind copies.</summary>
    public List<string> Bcc { get; } = [];

    /// <summary>Where answers go.</summary>
    public List<string> ReplyTo { get; } = [];

    /// <summary>The subject.</summary>
    public Line Subject { get; set; }

    /// <summary>The text; null where the file has none.</summary>
    public string? Body { get; set; }

    /// <summary>The HTML; null where the file has none.</summary>
    public string? Html { get; set; }

    /// <summary>The message that it answers.</summary>
    public MessageId InReplyTo { get; set; }

    /// <summary>The thread.</summary>
    public List<MessageId> References { get; } = [];

    /// <summary>How important.</summary>
    public Importance Importance { get; set; }

    /// <summary>How urgent.</summary>
    public Priority Priority { get; set; }

    /// <summary>Whether the author wants to know that it was read.</summary>
    public bool ReturnReceipt { get; set; }

    /// <summary>What the author wants to be told of its delivery.</summary>
    public DeliveryReport DeliveryReport { get; set; }

    /// <summary>The files.</summary>
    public List<DraftFile> Files { get; } = [];
}
