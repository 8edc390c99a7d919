using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// Turns a Memo into a message (RFC 5322, RFC 2045): text/plain alone, or multipart/mixed with each attachment in base64. Works piece by
/// piece: the caller empties the output between calls, so that memory does not grow with an attachment. Without a boundary:
/// <see cref="WriteHead"/> is all. With one: WriteHead, then for each file BeginAttachment, Write as often as needed, EndAttachment; then Finish.
/// The field order and spelling are those of the original (facts: lotus 6.2). All that is written is 7bit, but for local parts of SMTPUTF8.
/// </summary>
public sealed class MessageWriter(MemoMessage memo, IBufferWriter<byte> output, Boundary boundary = default)
{
    private readonly HeaderWriter _header = new(output);
    private readonly Base64Lines _base64 = new(output);
    private Place _place;

    private enum Place
    {
        Start,
        BetweenParts,
        InAttachment,
        End,
    }

    /// <summary>A message without attachments as octets.</summary>
    public static byte[] ToBytes(MemoMessage memo)
    {
        var output = new ArrayBufferWriter<byte>(1024 + memo.Text.Length);
        new MessageWriter(memo, output).WriteHead();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the header and the text.</summary>
    public void WriteHead()
    {
        Move(Place.Start, boundary.IsNone ? Place.End : Place.BetweenParts);
        _header.Addresses("From", memo.From);
        if (memo.Sender is not null)
            _header.Addresses("Sender", memo.Sender);
        _header.Addresses("To", memo.To.AsSpan()).Addresses("cc", memo.Cc.AsSpan()).Addresses("bcc", memo.Bcc.AsSpan());
        if (!memo.MessageId.IsNone)
            _header.Field("Message-ID", Line.From(memo.MessageId.Value));
        _header.Field("Date", Line.From(InternetDate.Format(memo.Date)));
        if (!memo.Subject.IsEmpty)
            _header.Text("Subject", memo.Subject);
        foreach (var (name, value) in memo.MoreFields)
            _header.Text(name, value);
        _header.Parts("Mime-Version", "1.0");
        if (!boundary.IsNone)
        {
            _header.Parts("Content-type", "multipart/mixed", $"Boundary=\"{boundary}\"").End();
            WriteDelimiter();
        }
        WriteText();
    }

    /// <summary>Starts the part of an attachment.</summary>
    public void BeginAttachment(Attachment attachment)
    {
        Move(Place.BetweenParts, Place.InAttachment);
        output.NewLine();
        WriteDelimiter();
        var name = attachment.FileName.Text;
        _header
            .Parts("Content-type", [attachment.ContentType, .. MimeParameter.Words("name", name)])
            .Parts("Content-Disposition", ["attachment", .. MimeParameter.Words("filename", name)])
            .Parts("Content-transfer-encoding", "base64")
            .End();
    }

    /// <summary>Writes octets of the attachment, in pieces of any size.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        Move(Place.InAttachment, Place.InAttachment);
        _base64.Write(octets);
    }

    /// <summary>Ends the part of the attachment.</summary>
    public void EndAttachment()
    {
        Move(Place.InAttachment, Place.BetweenParts);
        _base64.Finish();
    }

    /// <summary>Ends the multipart.</summary>
    public void Finish()
    {
        Move(Place.BetweenParts, Place.End);
        output.Utf8($"\r\n--{boundary}--\r\n");
    }

    private void WriteText()
    {
        var text = TextPart.Of(memo.Text, boundary);
        _header.Parts("Content-type", "text/plain", $"charset={text.Charset}").Parts("Content-Disposition", "inline");
        if (text.TransferEncoding is not null)
            _header.Parts("Content-transfer-encoding", text.TransferEncoding);
        _header.End();
        text.WriteTo(output);
    }

    private void WriteDelimiter() => output.Utf8($"--{boundary}\r\n");

    private void Move(Place from, Place to)
    {
        if (_place != from)
            throw new InvalidOperationException($"A message is written in order: expected {from}, but it is at {_place}.");
        _place = to;
    }
}
