using Tell.Smtp.Sasl;

namespace Tell.Tests.Smtp.Sasl;

/// <summary>An address book of a few users, in any case of their names; each has the salt of RFC 7677 3 and 4096 iterations.</summary>
internal sealed class People : IAuthenticator
{
    private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

    private static readonly ScramCredential[] Examples = [Make("user", "pencil"), Make("tim", "tanstaaftanstaaf"), Make("Kurt", "xipj3plmq")];

    private readonly Dictionary<string, ScramCredential> _credentials = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>user (pencil), of RFC 7677; tim (tanstaaftanstaaf) and Kurt (xipj3plmq), of RFC 4616.</summary>
    public static People Known
    {
        get
        {
            var people = new People();
            foreach (var credential in Examples)
                people._credentials[credential.User] = credential;
            return people;
        }
    }

    /// <summary>Where true, nobody knows now.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Sets a password.</summary>
    public string this[string user]
    {
        set => _credentials[user] = Make(user, value);
    }

    public ValueTask<ScramCredential?> FindAsync(string user, CancellationToken cancellation) =>
        IsBroken ? throw new IOException("the address book is on fire") : new(_credentials.GetValueOrDefault(user));

    private static ScramCredential Make(string user, string password) => ScramCredential.Of(user, password, Salt, 4096);
}
