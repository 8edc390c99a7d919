using System.Collections.Immutable;

namespace Tell.Smtp.Tls;

/// <summary>What was found when the files of the certificates were looked at again.</summary>
/// <param name="Changed">The certificates that new handshakes get from now on.</param>
/// <param name="Problems">The files that have become bad since the last look, with what to do; what was good in them before stays in use.</param>
public sealed record CertificateRefresh(ImmutableArray<TlsCertificate> Changed, ImmutableArray<string> Problems);
