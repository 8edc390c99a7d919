using System.Text;
using System.Text.Unicode;
using Tell.Mail;

namespace Tell.Smtp.Server.Parameters;

/// <summary>RET and ENVID of MAIL, NOTIFY and ORCPT of RCPT (RFC 3461 4, RFC 6533 3).</summary>
internal static class DsnParameters
{
    // RFC 3461 4.4: 100 characters, each of which may have become three.
    private const int LongestEnvelopeId = 100, LongestXtext = 3 * LongestEnvelopeId;

    public static CannedReply? Return(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        if (Ascii.EqualsIgnoreCase(value, "FULL"u8))
            options.Return = ReturnContent.Full;
        else if (Ascii.EqualsIgnoreCase(value, "HDRS"u8))
            options.Return = ReturnContent.Headers;
        else
            return Replies.ParameterSyntax;
        return null;
    }

    public static CannedReply? EnvelopeId(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        Span<char> xtext = stackalloc char[LongestXtext];
        if (value.Length is 0 or > LongestXtext || !Ascii.IsValid(value))
            return Replies.ParameterSyntax;
        xtext = xtext[..Encoding.ASCII.GetChars(value, xtext)];
        if (!Xtext.TryDecode(xtext, out var text) || text.Length > LongestEnvelopeId || !Ascii.IsValid(text))
            return Replies.ParameterSyntax;
        options.EnvelopeId = text;
        return null;
    }

    public static CannedReply? Notify(SessionState session, ReadOnlySpan<byte> value, ref RecipientOptions options)
    {
        foreach (var range in value.Split((byte)','))
        {
            var word = value[range];
            var notify = Ascii.EqualsIgnoreCase(word, "NEVER"u8) ? Mail.Notify.Never
                : Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? Mail.Notify.Success
                : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? Mail.Notify.Failure
                : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? Mail.Notify.Delay
                : Mail.Notify.Unspecified;
            // NEVER stands alone, and no other twice.
            if (notify == Mail.Notify.Unspecified || (options.Notify & (notify | Mail.Notify.Never)) != 0)
                return Replies.ParameterSyntax;
            options.Notify |= notify;
        }
        var mixed = (options.Notify & Mail.Notify.Never) != 0 && options.Notify != Mail.Notify.Never;
        return mixed ? Replies.ParameterSyntax : null;
    }

    public static CannedReply? OriginalRecipient(SessionState session, ReadOnlySpan<byte> value, ref RecipientOptions options)
    {
        // RFC 6533 3: only a transaction with SMTPUTF8 may hold the characters themselves.
        if (!options.Utf8 && !Ascii.IsValid(value))
            return Replies.NeedsUtf8;
        Span<char> text = stackalloc char[Mail.OriginalRecipient.MaxLength];
        if (Utf8.ToUtf16(value, text, out _, out var length, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done
            || !Mail.OriginalRecipient.TryParse(text[..length], out var typeAndAddress))
            return Replies.ParameterSyntax;
        options.OriginalRecipient = typeAndAddress;
        return null;
    }
}
