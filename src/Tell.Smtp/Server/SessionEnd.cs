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

    /// <summary>The client made too many errors.</summary>
    TooManyErrors,

    /// <summary>We are shutting down.</summary>
    Stopped,

    /// <summary>The receiver answered 421.</summary>
    Dismissed,

    /// <summary>The connection did not begin with the PROXY header that was required.</summary>
    NoHeader,
}
