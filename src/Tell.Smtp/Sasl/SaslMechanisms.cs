using System.Collections.Immutable;
using System.Security.Cryptography;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Sasl;

/// <summary>The mechanisms of AUTH, strongest first: which there are, and what each needs, is said here and nowhere else.</summary>
public static class SaslMechanisms
{
    internal const string ScramPlus = "SCRAM-SHA-256-PLUS", Scram = "SCRAM-SHA-256";

    private static readonly ImmutableArray<SaslMechanism> Rows =
    [
        new(ScramPlus, true,
            (people, _, binding) => new ScramServer(people, binding, true, Nonce()),
            (user, password, binding) => new ScramClient(user, password, binding, true, Nonce())),
        new(Scram, false,
            (people, _, binding) => new ScramServer(people, binding, false, Nonce()),
            (user, password, binding) => new ScramClient(user, password, binding, false, Nonce())),
        new("PLAIN", false, (people, passwords, _) => new PlainServer(people, passwords), (user, password, _) => new PlainClient(user, password)),
        new("LOGIN", false, (people, passwords, _) => new LoginServer(people, passwords), (user, password, _) => new LoginClient(user, password)),
    ];

    /// <summary>What a server offers in a session with this TLS, strongest first; nothing without TLS unless told so.</summary>
    public static IEnumerable<string> Offered(TlsFacts? tls, bool withoutTls) => Usable(tls, withoutTls).Select(row => row.Name);

    /// <summary>The server's side of a mechanism, by its name in either case; null where the session does not offer it.</summary>
    public static ISaslServer? Server(string name, IAuthenticator people, PasswordCheck passwords, TlsFacts? tls, bool withoutTls) =>
        Usable(tls, withoutTls).FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Serve(people, passwords, Binding(tls));

    /// <summary>
    /// The client's side of the strongest mechanism that the server offers; null where there is none in common, or where name or
    /// password hold what they may not. The caller decides whether a session without TLS may see them at all.
    /// </summary>
    public static ISaslClient? Client(IEnumerable<string> offered, string user, string password, TlsFacts? tls)
    {
        if (SaslText.Prepare(user) is not { Length: > 0 } name || SaslText.Prepare(password) is not { Length: > 0 } secret)
            return null;
        var names = offered.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Usable(tls, true).FirstOrDefault(row => names.Contains(row.Name))?.Ask(name, secret, Binding(tls));
    }

    private static IEnumerable<SaslMechanism> Usable(TlsFacts? tls, bool withoutTls) =>
        tls is null && !withoutTls ? [] : Rows.Where(row => !row.Binds || !Binding(tls).IsEmpty);

    private static ReadOnlyMemory<byte> Binding(TlsFacts? tls) => tls?.ServerEndPoint ?? default;

    // 18 octets are 24 characters of base64 without "=".
    private static string Nonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
}
