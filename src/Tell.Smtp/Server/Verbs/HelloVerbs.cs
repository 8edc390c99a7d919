using System.Text;
using Tell.Mail;

namespace Tell.Smtp.Server.Verbs;

/// <summary>EHLO and HELO (RFC 5321 4.1.1.1). The name is checked for its syntax only: 4.1.4 forbids more.</summary>
internal static class HelloVerbs
{
    public static ValueTask Extended(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (!TryName(argument, out var name))
        {
            session.Answer(Replies.HelloSyntax);
            return default;
        }
        session.Hello(name, extended: true);
        session.Answer(new Reply(250, default, Extensions.Of(session)));
        return default;
    }

    public static ValueTask Plain(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (!TryName(argument, out var name))
        {
            session.Answer(Replies.HelloSyntax);
            return default;
        }
        session.Hello(name, extended: false);
        session.Answer(new Reply(250, default, Line.From(session.Options.HostName)));
        return default;
    }

    // Kept as the client wrote it, since it goes into Received; a final dot, which hosts in the field send, is allowed.
    public static bool TryName(ReadOnlySpan<byte> argument, out string name)
    {
        name = "";
        if (argument.IsEmpty || argument.Length > 256 || !Ascii.IsValid(argument))
            return false;
        name = Encoding.ASCII.GetString(argument);
        return Domain.TryParse(name.EndsWith('.') ? name.AsSpan(0, name.Length - 1) : name, out _);
    }
}
