using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// Makes the <see cref="Fingerprint"/> of a message: of who sends it (the user, or the client's network), the envelope, and the octets as they were sent,
/// without what we add. Each part is preceded by its length, so that none can pass for a piece of another.
/// </summary>
internal sealed class MessageHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with whoever sends, and the envelope.</summary>
    /// <param name="session">The client; its name in EHLO does not count, nor does the address it came from where it is a user.</param>
    /// <param name="network">The network that it is in.</param>
    /// <param name="submission">The listener: true where it is for submission.</param>
    /// <param name="envelope">The envelope.</param>
    public MessageHash(SessionFacts session, IPNetwork network, bool submission, Envelope envelope)
    {
        Add(submission ? "submission" : "mx");
        Add(session.User is null ? "network" : "user");
        Add(session.User ?? network.ToString());
        Add(envelope.Sender?.ToString());
        // What was asked for relative to the time of asking (HOLDFOR, BY) is another time when it is asked again: that it was asked is what counts.
        Add((byte)envelope.Body, (byte)envelope.Return, Bit(envelope.SmtpUtf8), Bit(envelope.RequireTls), Bit(envelope.DeliverByReturns),
            Bit(envelope.DeliverBy is not null), Bit(envelope.DeliverByTrace), Bit(envelope.NotBefore is not null), (byte)(envelope.MtPriority ?? sbyte.MinValue));
        Add(envelope.EnvelopeId);
        Add(envelope.Recipients.Length);
        foreach (var recipient in envelope.Recipients)
        {
            Add(recipient.Address.ToString());
            Add((byte)recipient.Notify);
            Add(recipient.OriginalRecipient);
        }
    }

    /// <summary>Octets of the message.</summary>
    public void Add(params ReadOnlySpan<byte> octets) => _hash.AppendData(octets);

    /// <summary>The message has ended.</summary>
    public Fingerprint End()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        return new Fingerprint(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;

    private void Add(int number)
    {
        Span<byte> octets = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        _hash.AppendData(octets);
    }

    private void Add(string? text)
    {
        Add(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
            _hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}
