using System.Buffers.Text;
using System.Text;
using Tell.Mail;

namespace Tell.Smtp.Server.Parameters;

/// <summary>The parameters of MAIL.</summary>
internal static class MailParameters
{
    /// <summary>All of them.</summary>
    public static readonly ParameterTable<MailOptions> Table = new(
        new("SIZE", Extensions.Size, "SIZE=n", Size),
        new("BODY", Extensions.EightBitMime, "BODY=7BIT|8BITMIME|BINARYMIME", Body),
        new("SMTPUTF8", Extensions.SmtpUtf8, "SMTPUTF8", Utf8),
        new("RET", Extensions.Dsn, "RET=FULL|HDRS", DsnParameters.Return),
        new("ENVID", Extensions.Dsn, "ENVID=xtext", DsnParameters.EnvelopeId),
        new("REQUIRETLS", Extensions.RequireTls, "REQUIRETLS", RequireTls),
        new("MT-PRIORITY", Extensions.MtPriority, "MT-PRIORITY=n", MtPriority),
        new("BY", Extensions.DeliverBy, "BY=seconds;N|R[T]", TimeParameters.DeliverBy),
        new("HOLDFOR", Extensions.FutureRelease, "HOLDFOR=seconds", TimeParameters.HoldFor),
        new("HOLDUNTIL", Extensions.FutureRelease, "HOLDUNTIL=time", TimeParameters.HoldUntil),
        new("AUTH", Extensions.Authentication, "AUTH=xtext|<>", Authority));

    // RFC 1870 6.1: refused now, before the client has sent anything.
    private static CannedReply? Size(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        if (value.Length is 0 or > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return Replies.ParameterSyntax;
        if (!Utf8Parser.TryParse(value, out long size, out _) || size > session.Options.MaxMessageSize)
            return Replies.TooLarge;
        options.Size = size;
        return null;
    }

    private static CannedReply? Body(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8))
            options.Body = BodyType.EightBitMime;
        else if (Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8))
            options.Body = BodyType.BinaryMime;
        else if (!Ascii.EqualsIgnoreCase(value, "7BIT"u8))
            return Replies.ParameterSyntax;
        return null;
    }

    private static CannedReply? Utf8(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        options.Utf8 = true;
        return value.IsEmpty ? null : Replies.ParameterSyntax;
    }

    private static CannedReply? RequireTls(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        options.RequireTls = true;
        return value.IsEmpty ? null : Replies.ParameterSyntax;
    }

    // RFC 6710 5: "0", or 1 to 9 with or without a minus.
    private static CannedReply? MtPriority(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options)
    {
        var negative = value is [(byte)'-', ..];
        if ((negative ? value[1..] : value) is not [var digit and >= (byte)'0' and <= (byte)'9'] || (negative && digit == '0'))
            return Replies.ParameterSyntax;
        options.MtPriority = negative ? '0' - digit : digit - '0';
        return null;
    }

    // RFC 4954 5: who first submitted the message, as far as the client knows. Nobody here trusts it, so it is as good as AUTH=<>.
    private static CannedReply? Authority(SessionState session, ReadOnlySpan<byte> value, ref MailOptions options) =>
        value.SequenceEqual("<>"u8) || (!value.IsEmpty && Xtext.TryDecode(Encoding.Latin1.GetString(value), out _)) ? null : Replies.ParameterSyntax;
}
