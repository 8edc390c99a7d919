using System.Net;

namespace Tell.Smtp.Server;

/// <summary>What a session knows about its client.</summary>
/// <param name="Id">The session's id in the log.</param>
/// <param name="Client">The client's address and port.</param>
/// <param name="Listener">Our address and port, or what the proxy before us said of its own.</param>
public sealed record SessionFacts(string Id, IPEndPoint Client, IPEndPoint Listener)
{
    /// <summary>What the client said in HELO or EHLO; null before that.</summary>
    public string? Helo { get; init; }

    /// <summary>True after EHLO.</summary>
    public bool Extended { get; init; }

    /// <summary>What TLS was agreed on; null for none.</summary>
    public Tls.TlsFacts? Tls { get; init; }

    /// <summary>The address that really connected, where <see cref="Client"/> was told by XCLIENT or a PROXY header; else null.</summary>
    public IPEndPoint? Via { get; init; }

    /// <summary>The authenticated user; null for none.</summary>
    public string? User { get; init; }

    /// <summary>The "with" keyword of the Received field (RFC 3848, RFC 6531 4.3).</summary>
    public string Protocol(bool utf8) =>
        !Extended ? "SMTP" : (utf8 ? "UTF8SMTP" : "ESMTP") + (Tls is null ? "" : "S") + (User is null ? "" : "A");
}
