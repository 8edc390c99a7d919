using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Tell.Smtp.Sasl;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Verbs;

/// <summary>AUTH (RFC 4954). What the client sends in it is never logged and never part of a reply.</summary>
internal static class AuthVerb
{
    // RFC 4954 4: the longest base64 text of an exchange, and CR LF.
    private const int LongestLine = 12288 + 2;

    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        var fault = Parse(session, argument, out var name, out var initial);
        if (fault is null)
            return ExchangeAsync(session, name, initial, stop);
        session.Answer(fault);
        return default;
    }

    private static CannedReply? Parse(SessionState session, ReadOnlySpan<byte> argument, out string name, out byte[]? initial)
    {
        (name, initial) = ("", null);
        if (!session.Facts.Extended)
            return Replies.SayExtendedHello;
        if (session.Facts.User is not null)
            return Replies.AlreadyAuthenticated;
        if (!Extensions.Auth.IsOffered(session))
            return Replies.EncryptionRequired;
        if (argument.IsEmpty)
            return Replies.ArgumentMissing;
        var space = argument.IndexOf((byte)' ');
        name = Encoding.Latin1.GetString(space < 0 ? argument : argument[..space]);
        // RFC 4954 4: "=" is an initial response that is empty.
        var response = space < 0 ? default : argument[(space + 1)..].TrimStart((byte)' ');
        return response.IsEmpty || TryDecode(response.SequenceEqual("="u8) ? default : response, out initial) ? null : Replies.AuthSyntax;
    }

    private static async ValueTask ExchangeAsync(SessionState session, string name, byte[]? initial, CancellationToken stop)
    {
        var options = session.Options;
        if (SaslMechanisms.Server(name, options.Authenticator!, options.Passwords, session.Facts.Tls, options.AuthWithoutTls) is not { } mechanism)
        {
            session.Answer(Replies.UnknownMechanism);
            return;
        }
        for (var response = initial; ;)
        {
            var (step, refusal) = await session.Receiver.AuthenticateAsync(mechanism, response is null ? default(ReadOnlyMemory<byte>?) : response, stop);
            switch (step.State)
            {
                case var _ when refusal is not null:
                    session.Answer(refusal);
                    return;
                case SaslState.Success:
                    session.Authenticated(step.User!, name.ToUpperInvariant());
                    session.Answer(Replies.Authenticated);
                    return;
                case SaslState.Failure:
                    await session.NotAuthenticatedAsync(name.ToUpperInvariant());
                    return;
                case SaslState.Malformed:
                    session.Answer(Replies.AuthSyntax);
                    return;
            }
            Challenge(session, step.Challenge.Span);
            response = await AnswerAsync(session, stop);
            if (response is null)
                return;
        }
    }

    // No Reply, since a challenge may be longer than the lines of a reply.
    private static void Challenge(SessionState session, ReadOnlySpan<byte> challenge)
    {
        var line = new byte[4 + Base64.GetMaxEncodedToUtf8Length(challenge.Length) + 2];
        "334 "u8.CopyTo(line);
        Base64.EncodeToUtf8(challenge, line.AsSpan(4), out _, out var length);
        "\r\n"u8.CopyTo(line.AsSpan(4 + length));
        session.Channel.Replies.Write(line);
    }

    // The client's answer; null where there is none, and the client has heard why.
    private static async ValueTask<byte[]?> AnswerAsync(SessionState session, CancellationToken stop)
    {
        var (kind, line) = await session.Lines.ReadAsync(LongestLine, stop);
        if (kind == LineKind.Incomplete)
            return null;
        byte[]? answer = null;
        var fault = kind switch
        {
            LineKind.TooLong => Replies.AuthLineTooLong,
            LineKind.Malformed => Replies.MalformedLine,
            _ when line is [(byte)'*'] => Replies.AuthCancelled,
            _ => TryDecode(line, out answer) ? null : Replies.AuthSyntax,
        };
        if (fault is not null)
            session.Answer(fault);
        return answer;
    }

    // Strictly: RFC 4954 4 forbids everything that is not of the alphabet, white space included.
    private static bool TryDecode(ReadOnlySpan<byte> text, out byte[]? octets)
    {
        octets = null;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (text.ContainsAny((byte)' ', (byte)'\t') || Base64.DecodeFromUtf8(text, decoded, out _, out var length) != OperationStatus.Done)
            return false;
        octets = decoded[..length];
        return true;
    }
}
