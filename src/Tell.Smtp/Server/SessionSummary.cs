namespace Tell.Smtp.Server;

/// <summary>What a session did.</summary>
/// <param name="Facts">What was known about the client in the end.</param>
/// <param name="End">How it ended.</param>
public sealed record SessionSummary(SessionFacts Facts, SessionEnd End)
{
    /// <summary>The command lines read, broken ones included.</summary>
    public int Commands { get; init; }

    /// <summary>The commands answered with 5yz.</summary>
    public int Errors { get; init; }

    /// <summary>The recipients accepted.</summary>
    public int Recipients { get; init; }

    /// <summary>The recipients refused for now or for good.</summary>
    public int RecipientsRefused { get; init; }

    /// <summary>The messages answered with 250.</summary>
    public int Messages { get; init; }

    /// <summary>The messages whose data was read to its end and then refused.</summary>
    public int MessagesRefused { get; init; }

    /// <summary>The messages among the accepted ones in which bare newlines became CR LF, or NUL was taken out.</summary>
    public int MessagesCorrected { get; init; }

    /// <summary>The octets of the accepted messages, as they were given to the receiver.</summary>
    public long MessageOctets { get; init; }

    /// <summary>How long it lasted.</summary>
    public TimeSpan Duration { get; init; }
}
