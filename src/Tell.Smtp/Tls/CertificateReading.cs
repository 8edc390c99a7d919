namespace Tell.Smtp.Tls;

/// <summary>What came of reading the files of a certificate: the certificate, or the problem.</summary>
/// <param name="State">The same for the same state of the files: who has seen it need not read them again.</param>
/// <param name="Certificate">The certificate; null where there is a problem.</param>
/// <param name="Problem">What is wrong, with the file and what to do; null where nothing is.</param>
internal sealed record CertificateReading(string State, TlsCertificate? Certificate, string? Problem);
