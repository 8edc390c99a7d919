using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;

namespace Tell.Mta.Inbound;

/// <summary>What all inbound sessions share.</summary>
/// <param name="Context">The MTA.</param>
/// <param name="Limits">What clients and users have done lately.</param>
/// <param name="Pressure">How much more can be taken.</param>
/// <param name="Certificates">What is shown in TLS handshakes.</param>
/// <param name="Turns">Who answers ETRN.</param>
/// <param name="Log">The log of the sessions.</param>
internal sealed record InboundServices(MtaContext Context, Limits Limits, Pressure Pressure, ServerCertificates Certificates, Turns Turns, ILogger Log)
{
    /// <summary>What makes the fingerprints of messages.</summary>
    public ObjectPool<MessageHash> Hashes { get; } = ObjectPool.Create<MessageHash>();
}
