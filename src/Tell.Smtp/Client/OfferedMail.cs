using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>How one message is offered to one peer: what its MAIL says besides what the envelope has.</summary>
/// <param name="Size">The size in octets; negative where it is not known.</param>
/// <param name="Body">What the content needs, which may be less than the envelope declares.</param>
/// <param name="Seconds">The seconds that are left to deliver it in (RFC 2852), at most nine digits; null where there is no limit.</param>
/// <param name="Obstacle">Why content that the peer does not take cannot be converted; null where that was not tried.</param>
internal readonly record struct OfferedMail(long Size, BodyType Body, int? Seconds, string? Obstacle = null);
