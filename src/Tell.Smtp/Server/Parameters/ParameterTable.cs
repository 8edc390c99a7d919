using System.Text;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Parameters;

/// <summary>
/// The parameters of a command: each is known while its extension is offered, to those who said EHLO (RFC 5321 2.2.1), and may be said
/// once. A command without parameters costs nothing here.
/// </summary>
internal sealed class ParameterTable<TOptions>(params Parameter<TOptions>[] rows)
    where TOptions : struct
{
    /// <summary>Reads all that stands behind a path. Null, or the reply that refuses it.</summary>
    public CannedReply? Read(SessionState session, ReadOnlySpan<byte> text, ref TOptions options)
    {
        var reader = new ParameterReader(text);
        var seen = 0u;
        while (reader.TryNext(out var name, out var value))
        {
            var index = Find(name);
            if (index < 0 || !session.Facts.Extended || !rows[index].Extension.IsOffered(session))
                return Replies.UnknownParameter;
            if ((seen & (1u << index)) != 0)
                return Replies.ParameterSyntax;
            seen |= 1u << index;
            if (rows[index].Take(session, value, ref options) is { } refusal)
                return refusal;
        }
        return reader.IsMalformed ? Replies.ParameterSyntax : null;
    }

    /// <summary>How to say those that are offered, for HELP: " [A=n] [B]".</summary>
    public string Syntax(SessionState session) =>
        string.Concat(rows.Where(row => row.Extension.IsOffered(session)).Select(row => $" [{row.Syntax}]"));

    private int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name, rows[i].Name))
                return i;
        }
        return -1;
    }
}
