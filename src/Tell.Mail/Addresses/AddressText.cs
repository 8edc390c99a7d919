using System.Text;

namespace Tell.Mail;

/// <summary>What the words of an address field mean: a phrase for people, or an address.</summary>
internal static class AddressText
{
    /// <summary>The words as people read them: one space for white space, encoded words read, also inside quotes.</summary>
    public static string Phrase(List<AddressToken> words)
    {
        var text = new StringBuilder();
        foreach (var word in words)
            text.Append(word.IsApart && text.Length > 0 ? " " : "").Append(word.Text);
        return Shown(text.ToString());
    }

    /// <summary>The words of a comment, which stands for a name in old mail.</summary>
    public static string Comment(string text) => Shown(text);

    /// <summary>Where the part that starts at a word ends: white space ends it, unless a dot or an "@" stands on either side of that.</summary>
    public static int EndOfPart(List<AddressToken> words, int start)
    {
        for (var i = start + 1; i < words.Count; i++)
        {
            if (words[i].IsApart && !Binds(words[i - 1], atEnd: true) && !Binds(words[i], atEnd: false))
                return i;
        }
        return words.Count;
    }

    /// <summary>The address that words spell, without comments, white space (RFC 5322 4.4) and final dots, and as a mailbox, where it is one.</summary>
    public static (string Address, Mailbox? Mailbox) Address(List<AddressToken> words)
    {
        var (written, local) = (new StringBuilder(), new StringBuilder());
        var at = words.FindIndex(word => word.Kind == '@');
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            // White space inside what has no "@" is a phrase; before the "@" it is no address.
            if (i > 0 && word.IsApart && !Binds(words[i - 1], atEnd: true) && !Binds(word, atEnd: false))
                (written, at) = (written.Append(' '), at < i ? at : -1);
            written.Append(word.Kind == 'q' ? Quoted(word.Text) : word.Text);
            if (i < at)
                local.Append(word.Text);
        }
        var address = Line.Clean(written.ToString()).Text;
        if (at < 1)
            return (at < 0 ? Shown(address) : address, null);
        address = address.TrimEnd('.');
        // Two "@" are two meanings, a quote behind the "@" none.
        if (words.FindIndex(at + 1, word => word.Kind is '@' or 'q') >= 0)
            return (address, null);
        var domain = string.Concat(words.Skip(at + 1).Select((word, i) => word.IsApart && i > 0 && !Binds(words[at + i], true) && !Binds(word, false) ? " " + word.Text : word.Text));
        return Domain.TryParse(domain.TrimEnd('.'), out var host) && Mailbox.TryCreate(local.ToString(), host, out var mailbox) ? (address, mailbox) : (address, null);
    }

    private static bool Binds(AddressToken word, bool atEnd) =>
        word.Kind == '@' || (word.Kind == 'a' && (atEnd ? word.Text.EndsWith('.') : word.Text.StartsWith('.')));

    private static string Shown(string text) => EncodedWord.Decode(text.Trim()).Text.Trim();

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
