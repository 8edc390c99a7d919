using Tell.Smtp.Network;

namespace Tell.Smtp.Tls;

/// <summary>What came of a handshake: a secure connection and its facts, or the fault.</summary>
public sealed record TlsHandshake
{
    private TlsHandshake()
    {
    }

    /// <summary>The secure connection, which owns the plain one; null after a fault.</summary>
    public IConnection? Connection { get; private init; }

    /// <summary>What was agreed; null after a fault.</summary>
    public TlsFacts? Facts { get; private init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public TlsFault? Fault { get; private init; }

    /// <summary>Succeeded.</summary>
    public static TlsHandshake Done(IConnection connection, TlsFacts facts) => new() { Connection = connection, Facts = facts };

    /// <summary>Failed.</summary>
    public static TlsHandshake Failed(TlsFault fault) => new() { Fault = fault };
}
