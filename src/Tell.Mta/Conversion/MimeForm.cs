using System.Buffers;
using System.Runtime.CompilerServices;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Conversion;

/// <summary>Memo to MIME: the message that a document is. Its octets where it has them, unchanged; else its items written as a message (facts: lotus 6.4).</summary>
internal static class MimeForm
{
    private const int LargestPiece = 64 * 1024;

    /// <summary>
    /// The octets, in pieces of at most 64 KiB, each valid until the next is asked for; the same document gives the same octets. Memory does not grow with attachments.
    /// </summary>
    /// <param name="document">The document, with its items.</param>
    /// <param name="blind">The one blind name that this instance shows; null shows none.</param>
    /// <param name="context">Our name and settings.</param>
    /// <param name="read">Reads contents of the store that the document is in.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Document document,
        Mailbox? blind,
        MtaContext context,
        Func<Content, CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var octets = document.Content is { } whole ? read(whole, cancellation) : WriteAsync(document, await MemoItems.MessageAsync(document, blind, context, cancellation), read, cancellation);
        await foreach (var piece in octets)
            yield return piece;
    }

    /// <summary>The octets of a Memo whose items have been read, in pieces as above.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> WriteAsync(
        Document memo,
        MemoMessage message,
        Func<Content, CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var boundary = Boundary.Of($"{memo.Id}");
        var files = new List<(Attachment Attachment, Content Content)>();
        foreach (var (attachment, content) in MemoItems.Files(memo).OrderBy(file => !file.Attachment.IsInline))
            files.Add((attachment.IsMessage ? attachment with { IsSevenBit = await IsSevenBitAsync(content) } : attachment, content));
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(message, buffer, boundary, [.. files.Select(file => file.Attachment)]);
        writer.WriteHead();
        foreach (var (_, content) in files)
        {
            writer.BeginAttachment();
            await foreach (var octets in read(content, cancellation))
            {
                writer.Write(octets.Span);
                for (var at = 0; at < buffer.WrittenCount; at += LargestPiece)
                    yield return Piece(buffer, at);
                buffer.ResetWrittenCount();
            }
            writer.EndAttachment();
        }
        writer.Finish();
        for (var at = 0; at < buffer.WrittenCount; at += LargestPiece)
            yield return Piece(buffer, at);

        // Read twice: how a part is written stands before it.
        async ValueTask<bool> IsSevenBitAsync(Content content)
        {
            var scan = new SevenBitScan(boundary);
            await foreach (var octets in read(content, cancellation))
                scan.Add(octets.Span);
            return scan.Holds;
        }
    }

    private static ReadOnlyMemory<byte> Piece(ArrayBufferWriter<byte> buffer, int at) =>
        buffer.WrittenMemory.Slice(at, Math.Min(LargestPiece, buffer.WrittenCount - at));
}
