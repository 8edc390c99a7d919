using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// Makes the parents in SMTP.BOX for what leaves a mail file's world, to the Internet or to an LMTP server. What was sent on has Delivered-To fields
/// before it, the last first: who sent it on knows it again when it comes back.
/// </summary>
internal sealed class Departing(MtaContext context)
{
    private readonly List<IContentWriter> _writers = [];

    /// <summary>The parents: one for all who were written to, one more for each way by which others are reached.</summary>
    public async ValueTask<IReadOnlyList<Document>> ParentsAsync(Document memo, IEnumerable<Stop> stops, CancellationToken cancellation)
    {
        var parents = new List<Document>();
        foreach (var way in stops.GroupBy(stop => (stop.Sender, Trail: stop.Trail.ToString())))
        {
            var trail = way.First().Trail;
            var parent = Parts.Of(memo, WorkQueue.SmtpBox, context.Queues.NewId(), [.. way]) with { State = DocumentState.Pending };
            parents.Add(trail.IsEmpty ? parent : await MarkedAsync(memo, parent, trail, cancellation));
        }
        return parents;
    }

    /// <summary>After the parents are stored, or have failed to be: contents that no document points at go.</summary>
    public async ValueTask ReleaseAsync()
    {
        foreach (var writer in _writers)
            await writer.DisposeAsync();
        _writers.Clear();
    }

    private async ValueTask<Document> MarkedAsync(Document memo, Document parent, Trail trail, CancellationToken cancellation)
    {
        var writer = context.Queues.NewContent();
        _writers.Add(writer);
        var head = new ArrayBufferWriter<byte>();
        WriteDeliveredTo(head, trail.Addresses);
        await writer.WriteAsync(head.WrittenMemory, cancellation);
        var (first, high, highHeader) = (true, false, false);
        await foreach (var piece in MimeForm.ReadAsync(memo, null, context, context.Queues.ReadContentAsync, cancellation))
        {
            if (memo.Content is null)
            {
                high |= !Ascii.IsValid(piece.Span);
                highHeader |= first && !Ascii.IsValid(piece.Span[..HeaderBlock.Read(piece.Span).BodyStart]);
            }
            first = false;
            await writer.WriteAsync(piece, cancellation);
        }
        return parent with
        {
            Content = await writer.CompleteAsync(cancellation),
            // The message is written: its files are in it.
            Items = [.. parent.Items.Where(item => item.Content is null)],
            Envelope = parent.Envelope! with
            {
                Body = high && parent.Envelope.Body == BodyType.SevenBit ? BodyType.EightBitMime : parent.Envelope.Body,
                SmtpUtf8 = parent.Envelope.SmtpUtf8 || highHeader,
            },
        };
    }

    // An address beyond ASCII would ask for SMTPUTF8 where the message does not: there the Received fields end a circle (RFC 5321 6.3).
    private static void WriteDeliveredTo(ArrayBufferWriter<byte> head, IEnumerable<string> addresses)
    {
        var writer = new HeaderWriter(head);
        foreach (var address in addresses.Where(address => Ascii.IsValid(address)))
            writer.Field("Delivered-To", Line.Clean(address));
    }
}
