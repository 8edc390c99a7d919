using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>PLAIN (RFC 4616) as the client: name and password in one message, so never without TLS unless told.</summary>
internal sealed class PlainClient(string user, string password) : ISaslClient
{
    /// <inheritdoc/>
    public string Name => "PLAIN";

    /// <inheritdoc/>
    public bool IsSatisfied => true;

    /// <inheritdoc/>
    public byte[]? Initial() => Encoding.UTF8.GetBytes($"\0{user}\0{password}");

    /// <inheritdoc/>
    public byte[]? Next(ReadOnlySpan<byte> challenge) => null;
}
