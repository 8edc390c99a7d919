using Tell.Documents;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>How full mail files are.</summary>
public sealed class QuotaDesk
{
    private readonly MtaContext _context;

    internal QuotaDesk(MtaContext context) => _context = context;

    /// <summary>QUOTA: the mail files that exist, by name, or the one of a user; empty where there is none. One that cannot be read says so and does not hide the others.</summary>
    public async Task<IReadOnlyList<QuotaStatus>> ShowAsync(string? user, CancellationToken cancellation)
    {
        var wanted = user is null ? null : $"mail/{user.ToLowerInvariant()}";
        var files = _context.Data.List("mail/").Where(name => wanted is null || name == wanted).ToArray();
        if (files.Length == 0)
            return [];
        var users = await UsersAsync(cancellation);
        var shown = new List<QuotaStatus>(files.Length);
        foreach (var name in files)
            shown.Add(await ShowAsync(name, users.GetValueOrDefault(name) ?? new LocalUser(name), cancellation));
        return shown;
    }

    private async ValueTask<QuotaStatus> ShowAsync(string name, LocalUser user, CancellationToken cancellation)
    {
        var quota = MailFileLimits.Of(user, _context.Settings).Quota;
        try
        {
            var file = await _context.Data.OpenAsync(name, cancellation);
            var state = await QuotaState.ReadAsync(file, cancellation);
            return new QuotaStatus(MailFiler.UserOf(user), await file.SizeAsync(cancellation), quota, state.OverSince);
        }
        catch (StoreException fault)
        {
            return new QuotaStatus(MailFiler.UserOf(user), 0, quota, null, fault.Message);
        }
    }

    // By mail file: some persons have no address that could be asked for.
    private async ValueTask<Dictionary<string, LocalUser>> UsersAsync(CancellationToken cancellation)
    {
        var users = new Dictionary<string, LocalUser>(StringComparer.Ordinal);
        var names = await _context.Data.OpenAsync("names", cancellation);
        foreach (var form in new[] { Forms.Person, Forms.MailInDatabase })
        {
            await foreach (var document in names.DocumentsAsync(form, cancellation))
            {
                var user = Persons.UserOf(document, []);
                if (form == Forms.MailInDatabase)
                    user = user with { MailFile = MailInFields.MailFileOf(document) };
                users[user.MailFile] = user;
            }
        }
        return users;
    }
}
