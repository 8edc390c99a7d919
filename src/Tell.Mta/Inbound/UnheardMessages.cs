using Tell.Documents;

namespace Tell.Mta.Inbound;

/// <summary>The messages of one session that were accepted and whose reply the client may not have heard.</summary>
internal sealed class UnheardMessages
{
    private HashSet<Fingerprint>? _messages;

    /// <summary>One more.</summary>
    public void Add(Fingerprint message) => (_messages ??= []).Add(message);

    /// <summary>One less; false where it was none of them.</summary>
    public bool Remove(Fingerprint message) => _messages?.Remove(message) == true;
}
