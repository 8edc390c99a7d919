using System.Buffers;
using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// Turns a Memo into a message (RFC 5322, RFC 2045, RFC 2046): text/plain alone; with HTML multipart/alternative of both; the images that the HTML shows
/// beside it in multipart/related (RFC 2387); files around all of it in multipart/mixed. Works piece by piece: the caller empties the
/// output between calls, so that memory does not grow with an attachment. <see cref="WriteHead"/> first; then for each attachment, in
/// order, BeginAttachment, Write as often as needed, EndAttachment; then <see cref="Finish"/>. The same arguments give the same octets, and
/// all of them are 7bit, but for local parts of SMTPUTF8.
/// </summary>
public sealed class MessageWriter
{
    private readonly MemoMessage _memo;
    private readonly IBufferWriter<byte> _output;
    private readonly ImmutableArray<Attachment> _attachments;
    private readonly MessageBody _body;
    private readonly HeaderWriter _header;
    private readonly Base64Lines _base64;
    private readonly Boundary _mixed, _alternative, _related;
    private readonly int _images;
    private Place _place;
    private int _next;

    /// <summary>A writer of one message.</summary>
    /// <param name="memo">What it says.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="boundary">The outermost boundary; it may be none where there is neither HTML nor an attachment.</param>
    /// <param name="attachments">The attachments in the order in which they are fed: those that are inline before the others.</param>
    /// <exception cref="ArgumentException">A boundary is needed and there is none, or the attachments are out of order.</exception>
    public MessageWriter(MemoMessage memo, IBufferWriter<byte> output, Boundary boundary = default, ImmutableArray<Attachment> attachments = default)
    {
        (_memo, _output, _attachments) = (memo, output, attachments.IsDefault ? [] : attachments);
        _images = _attachments.Count(attachment => attachment.IsInline);
        if (_attachments.Take(_images).Any(attachment => !attachment.IsInline))
            throw new ArgumentException("What is inline comes before the other files.", nameof(attachments));
        _body = MessageBody.Of(memo, _attachments.AsSpan(0, _images));
        if (boundary.IsNone && (_body.Html is not null || !_attachments.IsEmpty))
            throw new ArgumentException("A message of several parts needs a boundary.", nameof(boundary));
        if (_attachments.Length > _images)
            (_mixed, boundary) = (boundary, boundary.Inner());
        if (_body.Html is not null)
            (_alternative, boundary) = (boundary, boundary.Inner());
        if (_images > 0)
            _related = boundary;
        (_header, _base64) = (new HeaderWriter(output, memo.Charset), new Base64Lines(output));
    }

    private enum Place
    {
        Start,
        BetweenParts,
        InAttachment,
        End,
    }

    /// <summary>A message without attachments as octets.</summary>
    /// <exception cref="ArgumentException">There is HTML, and no boundary.</exception>
    public static byte[] ToBytes(MemoMessage memo, Boundary boundary = default)
    {
        var output = new ArrayBufferWriter<byte>(1024 + (memo.Text ?? memo.Html ?? "").Length);
        var writer = new MessageWriter(memo, output, boundary);
        writer.WriteHead();
        writer.Finish();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the header, the text and the HTML.</summary>
    public void WriteHead()
    {
        Move(Place.Start, Place.BetweenParts);
        MessageHeader.Write(_memo, _header);
        BeginMultipart(_mixed, "multipart/mixed");
        BeginMultipart(_alternative, "multipart/alternative");
        WriteText("text/plain", _body.Text, _memo.WrapColumn);
        if (_body.Html is null)
            return;
        NextPart(_alternative);
        BeginMultipart(_related, "multipart/related", "type=\"text/html\"");
        WriteText("text/html", _body.Html, 0);
        if (_images == 0)
            EndMultipart(_alternative);
    }

    /// <summary>Starts the part of the next attachment.</summary>
    public void BeginAttachment()
    {
        Move(Place.BetweenParts, Place.InAttachment);
        if (_next == _attachments.Length)
            throw new InvalidOperationException($"There are {_next} attachments, and no more.");
        var attachment = _attachments[_next++];
        NextPart(attachment.IsInline ? _related : _mixed);
        var name = attachment.FileName.Text;
        _header
            .Parts("Content-type", [attachment.WrittenType, .. MimeParameter.Words("name", name)])
            .Parts("Content-Disposition", [attachment.IsInline ? "inline" : "attachment", .. MimeParameter.Words("filename", name)]);
        if (attachment.IsInline)
            _header.Field("Content-ID", Line.From($"<{attachment.ContentId}>"));
        if (!attachment.IsWrittenAsIs)
            _header.Parts("Content-transfer-encoding", "base64");
        _header.End();
    }

    /// <summary>Writes octets of the attachment, in pieces of any size.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        Move(Place.InAttachment, Place.InAttachment);
        if (_attachments[_next - 1].IsWrittenAsIs)
            _output.Write(octets);
        else
            _base64.Write(octets);
    }

    /// <summary>Ends the part of the attachment.</summary>
    public void EndAttachment()
    {
        Move(Place.InAttachment, Place.BetweenParts);
        _base64.Finish();
        if (_next != _images)
            return;
        EndMultipart(_related);
        EndMultipart(_alternative);
    }

    /// <summary>Ends the message.</summary>
    public void Finish()
    {
        if (_next < _attachments.Length)
            throw new InvalidOperationException($"{_attachments.Length - _next} attachments are missing.");
        Move(Place.BetweenParts, Place.End);
        EndMultipart(_mixed);
    }

    private void WriteText(string type, string text, int wrap)
    {
        var part = TextPart.Of(text, _memo.Charset, wrap, !_mixed.IsNone ? _mixed : _alternative);
        _header.Parts("Content-type", [type, .. part.Parameters]).Parts("Content-Disposition", "inline");
        if (part.TransferEncoding is not null)
            _header.Parts("Content-transfer-encoding", part.TransferEncoding);
        _header.End();
        part.WriteTo(_output);
    }

    private void BeginMultipart(Boundary boundary, string type, params ReadOnlySpan<string> parameters)
    {
        if (boundary.IsNone)
            return;
        _header.Parts("Content-type", [type, .. parameters, $"Boundary=\"{boundary}\""]).End();
        _output.Utf8($"--{boundary}\r\n");
    }

    // The line end before a delimiter is part of it (RFC 2046 5.1.1).
    private void NextPart(Boundary boundary) => _output.Utf8($"\r\n--{boundary}\r\n");

    private void EndMultipart(Boundary boundary)
    {
        if (!boundary.IsNone)
            _output.Utf8($"\r\n--{boundary}--\r\n");
    }

    private void Move(Place from, Place to)
    {
        if (_place != from)
            throw new InvalidOperationException($"A message is written in order: expected {from}, but it is at {_place}.");
        _place = to;
    }
}
