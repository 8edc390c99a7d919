namespace Tell.Smtp.Server;

/// <summary>
/// The accepted messages whose reply the client may not have heard. It has where it said something after the reply was sent: a command that was on
/// its way before proves nothing (RFC 2920 lets a client go on without waiting), and neither does silence (RFC 1047).
/// </summary>
internal sealed class Hearing
{
    private List<IIncomingMessage>? _unsent;
    private Queue<(IIncomingMessage Message, long From)>? _sent;

    /// <summary>True where a reply is still to be sent.</summary>
    public bool HasUnsent => _unsent?.Count > 0;

    /// <summary>The reply that accepts a message was written.</summary>
    public void Accepted(IIncomingMessage message) => (_unsent ??= []).Add(message);

    /// <summary>The replies so far were sent; what the client said up to that place had come before.</summary>
    public void Sent(long place)
    {
        if (!HasUnsent)
            return;
        _sent ??= new();
        foreach (var message in _unsent!)
            _sent.Enqueue((message, place));
        _unsent.Clear();
    }

    /// <summary>The next message of which a command that begins at that place proves that its reply was heard; false where there is none.</summary>
    public bool TryHear(long place, out IIncomingMessage message)
    {
        message = null!;
        if (_sent is not { Count: > 0 } || _sent.Peek().From > place)
            return false;
        message = _sent.Dequeue().Message;
        return true;
    }
}
