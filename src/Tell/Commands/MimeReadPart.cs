using Tell.Mail;

namespace Tell.Commands;

/// <summary>A part of a message with the hash of its octets.</summary>
/// <param name="Part">The part.</param>
/// <param name="Sha256">SHA-256 of its octets, decoded, in lower-case hex.</param>
internal sealed record MimeReadPart(ReadPart Part, string Sha256);
