namespace Tell.Smtp.Server;

/// <summary>The running figures behind a <see cref="SessionSummary"/>.</summary>
internal sealed class SessionCounts
{
    public int Commands;
    public int Errors;
    public int Recipients;
    public int RecipientsRefused;
    public int Messages;
    public int MessagesRefused;
    public int MessagesCorrected;
    public int Transactions;
    public long MessageOctets;
}
