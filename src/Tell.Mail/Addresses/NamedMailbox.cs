namespace Tell.Mail;

/// <summary>A mailbox with the name that people read beside it (RFC 5322 3.4, name-addr). The name is the empty line where there is none.</summary>
/// <param name="Mailbox">The mailbox.</param>
/// <param name="Name">The display name as it is meant, neither quoted nor encoded.</param>
public sealed record NamedMailbox(Mailbox Mailbox, Line Name = default)
{
    /// <summary>A mailbox without a name.</summary>
    public static implicit operator NamedMailbox(Mailbox mailbox) => new(mailbox);

    /// <summary>
    /// Reads what a person writes: <c>ada@example.test</c>, <c>&lt;ada@example.test&gt;</c>, <c>Ada Lovelace &lt;ada@example.test&gt;</c>,
    /// <c>"Lovelace, Ada" &lt;ada@example.test&gt;</c>. One mailbox; no groups, routes or comments. Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NamedMailbox named)
    {
        named = null!;
        text = text.Trim(" \t");
        if (Mailbox.TryParse(text, out var mailbox))
        {
            named = new NamedMailbox(mailbox);
            return true;
        }
        if (text is not [.. var head, '>'])
            return false;
        // The last "<" outside the quotes of a local part; a local part that holds one is too rare to lose linear time for.
        var open = head.LastIndexOf('<');
        if (open < 0 || !Mailbox.TryParse(head[(open + 1)..], out mailbox))
            return false;
        var name = head[..open].Trim(" \t");
        if (name is ['"', .. var quoted, '"'])
            name = Unquoted(quoted);
        if (!Line.TryCreate(name, out var line))
            return false;
        named = new NamedMailbox(mailbox, EncodedWord.Decode(line.Text));
        return true;
    }

    /// <summary>For people and logs: the name as it is and the mailbox in angle brackets. What a header gets is the work of <see cref="HeaderWriter"/>.</summary>
    public override string ToString() => Name.IsEmpty ? Mailbox.ToString() : $"{Name} <{Mailbox}>";

    private static string Unquoted(ReadOnlySpan<char> quoted)
    {
        var kept = new System.Text.StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length)
                i++;
            kept.Append(quoted[i]);
        }
        return kept.ToString();
    }
}
