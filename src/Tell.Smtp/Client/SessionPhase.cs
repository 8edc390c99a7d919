namespace Tell.Smtp.Client;

/// <summary>Where a client session stands; what an attempt that ends there is blamed on.</summary>
public enum SessionPhase : byte
{
    /// <summary>Opening the connection.</summary>
    Connect,

    /// <summary>Waiting for the greeting.</summary>
    Greeting,

    /// <summary>EHLO or HELO.</summary>
    Hello,

    /// <summary>STARTTLS, until its reply.</summary>
    StartTls,

    /// <summary>The TLS handshake.</summary>
    Handshake,

    /// <summary>AUTH.</summary>
    Authentication,

    /// <summary>MAIL FROM.</summary>
    Mail,

    /// <summary>RCPT TO.</summary>
    Recipient,

    /// <summary>DATA, until 354.</summary>
    Data,

    /// <summary>Sending the body.</summary>
    Body,

    /// <summary>BDAT, until the reply to a chunk that is not the last (RFC 3030 2).</summary>
    Chunk,

    /// <summary>Waiting for the reply to the final dot, or to the last chunk: a fault here leaves it in doubt whether the message was taken (RFC 1047).</summary>
    EndOfData,

    /// <summary>RSET between messages.</summary>
    Reset,

    /// <summary>QUIT.</summary>
    Quit,
}
