using System.Text;

namespace Tell.Mail;

/// <summary>What a message says, for readers of plain text and for readers of HTML: each is made of the other where it is missing and needed.</summary>
/// <param name="Text">The text.</param>
/// <param name="Html">The HTML; null where the text alone says all.</param>
internal readonly record struct MessageBody(string Text, string? Html)
{
    private const string BodyEnd = "</body>";

    /// <summary>The body of a Memo with the images that are shown inside it.</summary>
    public static MessageBody Of(MemoMessage memo, ReadOnlySpan<Attachment> images) => (memo.Text, memo.Html) switch
    {
        (var text, { } html) => new MessageBody(text ?? HtmlText.ToPlain(html), html),
        (var text, null) when !images.IsEmpty => new MessageBody(text ?? "", WithImages(HtmlText.FromPlain(text ?? ""), images)),
        (var text, null) => new MessageBody(text ?? "", null),
    };

    // Images that belong into the text of a Memo without HTML come below it: in a multipart/related nobody sees what is not referred to.
    private static string WithImages(string html, ReadOnlySpan<Attachment> images)
    {
        var end = html.LastIndexOf(BodyEnd, StringComparison.OrdinalIgnoreCase);
        var shown = new StringBuilder(html, 0, end < 0 ? html.Length : end, html.Length + images.Length * 100);
        foreach (var image in images)
        {
            // RFC 2392 2: a Content-ID in a URL is percent-coded.
            shown.Append("<p><img src=\"cid:").Append(Uri.EscapeDataString(image.ContentId!)).Append("\" alt=\"")
                .Append(System.Net.WebUtility.HtmlEncode(image.FileName.Text)).Append("\"></p>\r\n");
        }
        return shown.Append(end < 0 ? "" : html[end..]).ToString();
    }
}
