using Tell.Mail;

namespace Tell.Documents;

/// <summary>What one attempt to deliver found. Texts from a peer are single lines.</summary>
public sealed record Attempt
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The name of the host tried; null where none was reached.</summary>
    public string? Host { get; init; }

    /// <summary>The address and port tried; null where none was known.</summary>
    public string? Address { get; init; }

    /// <summary>The phase in which it ended, in words for the log: "connecting", "greeting", "MAIL", "end of data", "filing".</summary>
    public required string Phase { get; init; }

    /// <summary>The reply code; 0 where there was no reply.</summary>
    public int Code { get; init; }

    /// <summary>The enhanced status.</summary>
    public EnhancedStatus Status { get; init; }

    /// <summary>What the peer said, or what went wrong; a single line.</summary>
    public string Text { get; init; } = "";

    /// <summary>The TLS version and cipher; null for none.</summary>
    public string? Tls { get; init; }

    /// <summary>The node that tried.</summary>
    public string? Node { get; init; }
}
