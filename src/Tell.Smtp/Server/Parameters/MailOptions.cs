using Tell.Mail;

namespace Tell.Smtp.Server.Parameters;

/// <summary>What the parameters of MAIL said.</summary>
internal struct MailOptions
{
    public long? Size;
    public BodyType Body;
    public bool Utf8;
    public bool RequireTls;
    public string? EnvelopeId;
    public ReturnContent Return;
    public int? MtPriority;
    public DateTimeOffset? DeliverBy;
    public bool DeliverByReturns;
    public bool DeliverByTrace;
    public DateTimeOffset? NotBefore;
}
