namespace Tell.Smtp.Sasl;

/// <summary>The client's side of one authentication (RFC 4422 3); used once.</summary>
public interface ISaslClient
{
    /// <summary>"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS".</summary>
    string Name { get; }

    /// <summary>The initial response (RFC 4954 4); null where the mechanism begins with the server.</summary>
    byte[]? Initial();

    /// <summary>The response to a challenge; null where the challenge is wrong (a server that cannot prove itself), which cancels.</summary>
    byte[]? Next(ReadOnlySpan<byte> challenge);

    /// <summary>True where, after the server's success, everything that the mechanism wants of the server has been seen.</summary>
    bool IsSatisfied { get; }
}
