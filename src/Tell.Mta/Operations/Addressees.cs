using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>Whom people mean when they address a Memo: Internet addresses, and the names of the address book.</summary>
internal sealed class Addressees(MtaContext context)
{
    // The longest name that anybody can mean; a longer text is no name.
    private const int LongestName = 1000;

    /// <summary>The mailbox that a text means, with the name beside it; null where nobody has that name.</summary>
    public async ValueTask<NamedMailbox?> FindAsync(string text, CancellationToken cancellation)
    {
        if (NamedMailbox.TryParse(text, out var named))
            return named;
        var name = text.Trim();
        if (name.Length is 0 or > LongestName || !Line.TryCreate(name, out _) || await context.Directory.MailboxOfAsync(name, cancellation) is not { } mailbox)
            return null;
        return new NamedMailbox(mailbox, Line.Clean(await context.Directory.NameOfAsync(mailbox, cancellation) ?? ""));
    }

    /// <summary>The mailboxes that texts mean; what nobody is named like goes to <paramref name="unknown"/>.</summary>
    public async ValueTask<ImmutableArray<NamedMailbox>> FindAllAsync(IEnumerable<string> texts, List<string> unknown, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<NamedMailbox>();
        foreach (var text in texts)
        {
            if (await FindAsync(text, cancellation) is { } named)
                found.Add(named);
            else
                unknown.Add(text);
        }
        return found.ToImmutable();
    }

    /// <summary>The names beside mailboxes, as <see cref="MemoDraft.Names"/> has them: the first that somebody gave.</summary>
    public static ImmutableDictionary<Mailbox, Line> Names(IEnumerable<NamedMailbox> all) => all
        .Where(named => !named.Name.IsEmpty)
        .DistinctBy(named => named.Mailbox)
        .ToImmutableDictionary(named => named.Mailbox, named => named.Name);
}
