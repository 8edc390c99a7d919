namespace Tell.Mail;

/// <summary>Who handed a message over, and how. Every text is a single line.</summary>
/// <param name="Protocol">The way in; for SMTP the "with" keyword of RFC 3848 ("SMTP", "ESMTP", "ESMTPSA", ...); "API", "CONSOLE", "REPORT".</param>
/// <param name="Client">The client's address, without the port; null for none.</param>
/// <param name="Helo">The name that the client gave in HELO or EHLO; null for none.</param>
/// <param name="User">The authenticated user; null for none.</param>
/// <param name="Session">The id of the session in the log; null for none.</param>
public sealed record Submission(string Protocol, string? Client = null, string? Helo = null, string? User = null, string? Session = null)
{
    /// <summary>Nothing is known.</summary>
    public static Submission Unknown { get; } = new("UNKNOWN");
}
