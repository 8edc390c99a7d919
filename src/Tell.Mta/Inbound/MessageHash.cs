using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.ObjectPool;
using Tell.Documents;
using Tell.Mail;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// Makes the <see cref="Fingerprint"/> of a message: of who sends it (the user, or the client's network), the envelope, and the octets as they were sent,
/// without what we add. Each part is preceded by its length, so that none can pass for a piece of another. One message after another may use it.
/// </summary>
internal sealed class MessageHash : IResettable, IDisposable
{
    // Of ordinary mail; what a message for a thousand recipients grew goes with it.
    private const int LargestHead = 16 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _head = new();
    private bool _ended;

    /// <summary>Begins with whoever sends, and the envelope.</summary>
    /// <param name="session">The client; its name in EHLO does not count, nor does the address it came from where it is a user.</param>
    /// <param name="network">The network that it is in.</param>
    /// <param name="submission">The listener: true where it is for submission.</param>
    /// <param name="envelope">The envelope.</param>
    public void Begin(SessionFacts session, IPNetwork network, bool submission, Envelope envelope)
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
        _hash.AppendData(_head.WrittenSpan);
    }

    /// <summary>Octets of the message.</summary>
    public void Write(ReadOnlySpan<byte> octets) => _hash.AppendData(octets);

    /// <summary>The message has ended.</summary>
    public Fingerprint End()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        _ended = true;
        return Fingerprint.Of(digest);
    }

    /// <summary>Ready for another message, whatever became of the one before.</summary>
    public bool TryReset()
    {
        if (!_ended)
            End();
        _ended = false;
        _head.ResetWrittenCount();
        return _head.Capacity <= LargestHead;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;

    private void Add(params ReadOnlySpan<byte> octets) => _head.Write(octets);

    private void Add(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(_head.GetSpan(sizeof(int)), number);
        _head.Advance(sizeof(int));
    }

    private void Add(string? text)
    {
        Add(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
            Encoding.UTF8.GetBytes(text, _head);
    }
}
