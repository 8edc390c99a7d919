using System.Text;
using Tell.Mail;

namespace Tell.Smtp.Server.Verbs;

/// <summary>ETRN (RFC 1985): the client wants the mail that waits for a host, or for a domain and those below it ("@"), to be sent now.</summary>
internal static class TurnVerb
{
    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        // RFC 1985 5.2: "#" names a queue by a private agreement, and there is none.
        if (argument is [(byte)'#', _, ..])
            session.Answer(Replies.NoPrivateQueues);
        else if (TryNode(argument, out var node))
            return AskAsync(session, node, stop);
        else
            session.Answer(Replies.TurnSyntax);
        return default;
    }

    private static async ValueTask AskAsync(SessionState session, string node, CancellationToken stop) =>
        session.Answer(await session.Receiver.OnTurnAsync(session.Facts, node, stop));

    private static bool TryNode(ReadOnlySpan<byte> argument, out string node)
    {
        node = "";
        if (argument.Length > 256 || !Ascii.IsValid(argument))
            return false;
        node = Encoding.ASCII.GetString(argument);
        return Domain.TryParse(node.StartsWith('@') ? node.AsSpan(1) : node, out _);
    }
}
