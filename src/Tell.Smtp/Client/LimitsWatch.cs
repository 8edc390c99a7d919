using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>Keeps a session within the LIMITS that its peer has told (RFC 9422). There is one only where it told some.</summary>
internal sealed class LimitsWatch(PeerLimits limits)
{
    // RFC 5321 4.5.3.1.10: what is too much for one transaction goes with the next one.
    private static readonly Reply TooMany = Reply.Of(452, "4.5.3", "The next host takes no more recipients in one transaction");
    private static readonly Reply TooManyDomains = Reply.Of(452, "4.5.3", "The next host takes no more domains in one session");

    private readonly HashSet<Domain> _domains = [];
    private int _messages, _recipients;
    private bool _domainLeft;

    /// <summary>
    /// True where the session cannot serve the next message: MAILMAX is reached, or a recipient was left out for its domain, who needs a
    /// session of its own.
    /// </summary>
    public bool Reached => _messages >= limits.Messages || _domainLeft;

    /// <summary>Admits one recipient to the message that comes next; or says why it is left for another transaction.</summary>
    public Reply? Admit(Recipient recipient)
    {
        if (_recipients >= limits.Recipients)
            return TooMany;
        if (limits.Domains is { } most && !_domains.Contains(recipient.Address.Domain))
        {
            if (_domains.Count >= most)
            {
                _domainLeft = true;
                return TooManyDomains;
            }
            _domains.Add(recipient.Address.Domain);
        }
        _recipients++;
        return null;
    }

    /// <summary>Counts a message, refused ones included (RFC 9422 4.1).</summary>
    public void Begin() => (_messages, _recipients) = (_messages + 1, 0);
}
