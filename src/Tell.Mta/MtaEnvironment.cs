using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Files;
using Tell.Mta.Logging;
using Tell.Mta.Schedules;
using Tell.Mta.Web;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Mta;

/// <summary>The world that an MTA lives in: everything a simulator can replace (DESIGN 5.7).</summary>
public sealed record MtaEnvironment
{
    /// <summary>The stores; the caller closes them after the MTA.</summary>
    public required IDataDirectory Data { get; init; }

    /// <summary>The network.</summary>
    public required INetwork Network { get; init; }

    /// <summary>TLS.</summary>
    public required ITls Tls { get; init; }

    /// <summary>The certificates of our listeners, where a host brings its own; null reads SMTPMTA_TlsCertificate.</summary>
    public ITlsCertificates? Certificates { get; init; }

    /// <summary>Makes HTTPS for an MTA, which looks names up and trusts roots as that MTA does.</summary>
    public required Func<MtaContext, IWebClient> Web { get; init; }

    /// <summary>Pickup folders and Maildirs; closed by the caller after the MTA.</summary>
    public required IFiles Files { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>
    /// The seed of everything random, so that a simulation can be repeated; null for numbers that nobody can predict. A server in use needs those: whoever
    /// has seen some of a seeded sequence, in our message ids for one, can know the next, by which our questions to DNS are told from those of others.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>The logs.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The transfer log.</summary>
    public required TransferLog Transfers { get; init; }

    /// <summary>The nightly schedule.</summary>
    public required IDailySchedule Nightly { get; init; }
}
