using System.Buffers;

namespace Tell.Smtp.Client;

/// <summary>A way to send the body of a message: by DATA or by BDAT.</summary>
internal interface IBodyTransfer
{
    /// <summary>Writes what goes in the same group as the last RCPT (RFC 2920); called at most once, and only with PIPELINING.</summary>
    void Announce(IBufferWriter<byte> output);
}
