using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Conversion;

/// <summary>
/// The addresses that the names in the items of a Memo stand for (facts: lotus 6.1): an address is itself, with the full name that the address book has for it where
/// the author gave none; a name is looked up. A name that nobody has is left out: a header can hold addresses only.
/// </summary>
internal sealed class MemoNames(Document memo, AddressBook book, CancellationToken cancellation)
{
    /// <summary>The addresses of an item, in order; empty where there is none.</summary>
    public async ValueTask<ImmutableArray<NamedMailbox>> OfAsync(string item)
    {
        if (memo[item] is not { Texts: { IsDefaultOrEmpty: false } texts })
            return [];
        var named = ImmutableArray.CreateBuilder<NamedMailbox>(texts.Length);
        foreach (var text in texts)
        {
            if (await FindAsync(text) is { } found)
                named.Add(found);
        }
        return named.DrainToImmutable();
    }

    /// <summary>A mailbox with the full name that the address book has for it.</summary>
    public async ValueTask<NamedMailbox> WithNameAsync(Mailbox mailbox) => new(mailbox, Line.Clean(await book.NameOfAsync(mailbox, cancellation) ?? ""));

    private async ValueTask<NamedMailbox?> FindAsync(string text)
    {
        if (NamedMailbox.TryParse(text, out var named))
            return named.Name.IsEmpty ? await WithNameAsync(named.Mailbox) : named;
        var name = text.Trim();
        if (name.Length == 0 || await book.MailboxOfAsync(name, cancellation) is not { } mailbox)
            return null;
        named = await WithNameAsync(mailbox);
        return named.Name.IsEmpty ? named with { Name = Line.Clean(name) } : named;
    }
}
