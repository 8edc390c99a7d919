using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>What an operator changes about the envelope of a dead or held document.</summary>
public sealed record EnvelopeEdit
{
    /// <summary>True where the sender changes.</summary>
    public bool ChangesSender { get; init; }

    /// <summary>The sender from now on, where it changes; null for the null sender.</summary>
    public Mailbox? Sender { get; init; }

    /// <summary>Recipients that give way to others.</summary>
    public ImmutableArray<(Mailbox Old, Mailbox New)> Replaced { get; init; } = [];

    /// <summary>Recipients that are added.</summary>
    public ImmutableArray<Mailbox> Added { get; init; } = [];

    /// <summary>Recipients that are removed.</summary>
    public ImmutableArray<Mailbox> Removed { get; init; } = [];

    /// <summary>True where nothing changes.</summary>
    public bool IsEmpty => !ChangesSender && Replaced.IsEmpty && Added.IsEmpty && Removed.IsEmpty;

    /// <summary>For the logs: "FROM=&lt;&gt; TO=a@b.test:c@d.test".</summary>
    public override string ToString() => string.Join(' ',
    [
        .. ChangesSender ? (string[])[$"FROM={Sender?.ToString() ?? "<>"}"] : [],
        .. Replaced.Select(pair => $"TO={pair.Old}:{pair.New}"),
        .. Added.Select(address => $"ADD={address}"),
        .. Removed.Select(address => $"REMOVE={address}"),
    ]);
}
