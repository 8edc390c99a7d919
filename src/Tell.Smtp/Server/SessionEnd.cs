namespace Tell.Smtp.Server;

/// <summary>How a session ended.</summary>
public enum SessionEnd : byte
{
    /// <summary>The client said QUIT.</summary>
    Quit,

    /// <summary>The client closed or lost the connection, or it was aborted.</summary>
    Vanished,

    /// <summary>The client sent nothing, or read nothing, for the idle timeout.</summary>
    TimedOut,

    /// <summary>The client sent a message more slowly than it may.</summary>
    TooSlow,

    /// <summary>The client began one message more than a session may have.</summary>
    TooManyMessages,

    /// <summary>The client sent a BDAT behind which content cannot be told from commands.</summary>
    OutOfStep,

    /// <summary>The client made too many errors.</summary>
    TooManyErrors,

    /// <summary>We are shutting down.</summary>
    Stopped,

    /// <summary>The receiver answered 421, or turned away the client that a proxy named.</summary>
    Dismissed,

    /// <summary>TLS was begun and did not come about: the handshake failed, or the client had said something behind STARTTLS.</summary>
    HandshakeFailed,

    /// <summary>The connection did not begin with the PROXY header that was required.</summary>
    NoHeader,
}
