using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>A Memo as a person or an application writes it.</summary>
public sealed record MemoDraft
{
    /// <summary>The author, to whom failures are reported.</summary>
    public required Mailbox From { get; init; }

    /// <summary>SendTo.</summary>
    public ImmutableArray<Mailbox> SendTo { get; init; } = [];

    /// <summary>CopyTo.</summary>
    public ImmutableArray<Mailbox> CopyTo { get; init; } = [];

    /// <summary>BlindCopyTo: each of them gets an instance of its own, and nobody else sees the name.</summary>
    public ImmutableArray<Mailbox> BlindCopyTo { get; init; } = [];

    /// <summary>The subject, one line.</summary>
    public Line Subject { get; init; }

    /// <summary>The text; line ends of any kind.</summary>
    public string Body { get; init; } = "";

    /// <summary>The files.</summary>
    public ImmutableArray<DraftFile> Files { get; init; } = [];

    /// <summary>The priority.</summary>
    public Priority Priority { get; init; }

    /// <summary>The way in: "CONSOLE" or "API".</summary>
    public string Protocol { get; init; } = "API";
}
